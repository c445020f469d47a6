from datetime import datetime

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.safestring import SafeString

from vectorstores import ids, services
from vectorstores.admin.indexes import link_to_indexes
from vectorstores.admin.operator_pages import DeletableAdmin, link_to_list, link_to_page
from vectorstores.admin.reembeddings import reembed_page
from vectorstores.admin.search import search_page
from vectorstores.models import FileBatch, Reembedding, VectorStore, VectorStoreFile


@admin.register(VectorStore)
class VectorStoreAdmin(DeletableAdmin):
    list_display = (
        "__str__",
        "search",
        "project",
        "status",
        "files",
        "usage",
        "public_id",
        "created_at",
        "expires_at",
        "embedding_model",
    )
    list_select_related = ("project",)
    search_fields = ("name", "project__name", "embedding_model")
    search_help_text = "A name, a project, an embedding model, or an id: vs_…"
    id_lookups = {ids.VECTOR_STORE: "pk"}
    fields = readonly_fields = (
        "name",
        "description",
        "public_id",
        "project",
        "status",
        "search",
        "files",
        "batches",
        "usage",
        "embedding_model",
        "embedding_dimensions",
        "generation",
        "reembeddings",
        "indexes",
        "metadata",
        "expires_after_days",
        "expires_at",
        "last_active_at",
        "created_at",
    )
    actions = ("reembed",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[VectorStore]:
        return VectorStore.objects.live().with_file_counts(timezone.now()).order_by(*self.ordering)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.search_view)
        name = "vectorstores_vectorstore_search"
        return [path("<path:object_id>/search/", view, name=name), *super().get_urls()]

    def search_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return search_page(self, request, self.get_row(request, object_id), timezone.now())

    @admin.action(description="Change the embedding model", permissions=["operate"])
    def reembed(self, request: HttpRequest, queryset: QuerySet[VectorStore]) -> HttpResponse | None:
        return reembed_page(self, request, queryset, timezone.now())

    def delete_row(self, row: VectorStore, now: datetime) -> None:
        services.delete_store(store=row, now=now)

    def status(self, store: VectorStore) -> str:
        return store.status(timezone.now())

    def files(self, store: VectorStore) -> SafeString:
        counts = store.file_counts
        total = counts.pop("total")
        parts = [f"{n} {status.replace('_', ' ')}" for status, n in counts.items() if n]
        text = f"{total}: {', '.join(parts)}" if parts else "0"
        return link_to_list(VectorStoreFile, text, vector_store__id__exact=store.pk)

    @admin.display(description="file batches")
    def batches(self, store: VectorStore) -> SafeString:
        return link_to_list(FileBatch, "Show", vector_store__id__exact=store.pk)

    @admin.display(description="re-embeddings")
    def reembeddings(self, store: VectorStore) -> SafeString:
        return link_to_list(Reembedding, "Show", vector_store__id__exact=store.pk)

    def usage(self, store: VectorStore) -> str:
        return filesizeformat(store.usage_bytes)

    @admin.display(description="search indexes")
    def indexes(self, store: VectorStore) -> SafeString | str:
        return link_to_indexes(store)

    def search(self, store: VectorStore) -> SafeString:
        return link_to_page(store, "Search", "search")
