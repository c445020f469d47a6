from datetime import datetime

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.timesince import timesince

from vectorstores import dispatch, ids, services
from vectorstores.admin.operator_pages import NOTHING, DeletableAdmin, link_to_page
from vectorstores.models import Chunk, Status, VectorStoreFile
from vectorstores.models.store_files.store_file import VectorStoreFileQuerySet

CHUNKS_PER_PAGE = 25


class NotReadFilter(admin.SimpleListFilter):
    """Choose files of which something was not read, by what that was."""

    title = "not read"
    parameter_name = "not_read"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        codes = VectorStoreFile.objects.count_by_warning()
        kinds = [(code, code.replace("_", " ")) for code in sorted(codes)]
        return [("any", "something"), *kinds]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[VectorStoreFile]
    ) -> QuerySet[VectorStoreFile]:
        if (code := self.value()) is None:
            return queryset
        found = VectorStoreFile.objects.with_warnings("" if code == "any" else code)
        return queryset.filter(pk__in=found)


@admin.register(VectorStoreFile)
class VectorStoreFileAdmin(DeletableAdmin):
    list_display = (
        "file",
        "status",
        "progress",
        "last_error",
        "not_read",
        "age",
        "attempts",
        "due_in",
        "chunks",
        "vector_store",
        "batch",
        "file_public_id",
    )
    list_filter = ("status", NotReadFilter)
    list_select_related = ("file", "vector_store", "batch")
    search_fields = ("file__filename",)
    search_help_text = "A file name, or an id: file-…, vs_… or vsfb_…"
    id_lookups = {ids.FILE: "file", ids.VECTOR_STORE: "vector_store", ids.FILE_BATCH: "batch"}
    fields = readonly_fields = (
        "file",
        "file_public_id",
        "vector_store",
        "store_public_id",
        "batch",
        "status",
        "progress",
        "last_error",
        "not_read",
        "chunks",
        "usage",
        "attributes",
        "max_chunk_size_tokens",
        "chunk_overlap_tokens",
        "attempts",
        "age",
        "due_in",
        "created_at",
        "settled_at",
    )
    actions = ("retry", "cancel", "requeue")

    def get_queryset(self, request: HttpRequest) -> QuerySet[VectorStoreFile]:
        rows = VectorStoreFile.objects.live().filter(vector_store__deleted_at=None)
        return rows.select_related(*self.list_select_related).order_by(*self.ordering)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.chunks_view)
        name = "vectorstores_vectorstorefile_chunks"
        return [path("<path:object_id>/chunks/", view, name=name), *super().get_urls()]

    def chunks_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show a file's chunks as searches see them, in pages, since there may be thousands."""
        store_file = self.get_row(request, object_id)
        chunks = Paginator(Chunk.objects.of([store_file]).order_by("position"), CHUNKS_PER_PAGE)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Chunks of {store_file}",
            "opts": self.opts,
            "store_file": store_file,
            "page": chunks.get_page(request.GET.get("page")),
        }
        return TemplateResponse(request, "admin/vectorstores/vectorstorefile/chunks.html", context)

    def delete_row(self, row: VectorStoreFile, now: datetime) -> None:
        services.detach_file(store_file=row, now=now)

    @admin.display(description="file id")
    def file_public_id(self, store_file: VectorStoreFile) -> str:
        return store_file.file.public_id

    @admin.display(description="vector store id")
    def store_public_id(self, store_file: VectorStoreFile) -> str:
        return store_file.vector_store.public_id

    def progress(self, store_file: VectorStoreFile) -> str:
        """Show the stage of a file in progress, and the number of its chunks that are done."""
        progress = store_file.progress
        stage = progress.stage if store_file.status == Status.IN_PROGRESS else ""
        chunks = (
            f"{progress.chunks_done:,} of {progress.chunks_total:,} chunks"
            if progress.chunks_total
            else ""
        )
        return ", ".join(filter(None, (stage, chunks))) or NOTHING

    @admin.display(description="last error")
    def last_error(self, store_file: VectorStoreFile) -> str:
        if not store_file.last_error_code:
            return NOTHING
        return f"{store_file.last_error_code}: {store_file.last_error_message}"

    @admin.display(description="not read")
    def not_read(self, store_file: VectorStoreFile) -> str:
        return "; ".join(each["message"] for each in store_file.current_warnings) or NOTHING

    def usage(self, store_file: VectorStoreFile) -> str:
        return filesizeformat(store_file.usage_bytes)

    @admin.display(description="attached")
    def age(self, store_file: VectorStoreFile) -> str:
        return f"{timesince(store_file.created_at, depth=1)} ago"

    @admin.display(description="due in")
    def due_in(self, store_file: VectorStoreFile) -> str:
        """Show the rest of a lease or a backoff, in seconds because it lasts minutes at most."""
        if store_file.due_at is None:
            return NOTHING
        seconds = round((store_file.due_at - timezone.now()).total_seconds())
        return f"{seconds} s" if seconds > 0 else "now"

    def chunks(self, store_file: VectorStoreFile) -> SafeString:
        return link_to_page(store_file, "Show", "chunks")

    @admin.action(description="Retry selected files that failed", permissions=["operate"])
    def retry(self, request: HttpRequest, queryset: VectorStoreFileQuerySet) -> None:
        self._ingest_again(request, _without_joins(queryset).filter(status=Status.FAILED))

    @admin.action(
        description="Requeue selected files, whatever their status", permissions=["operate"]
    )
    def requeue(self, request: HttpRequest, queryset: VectorStoreFileQuerySet) -> None:
        self._ingest_again(request, _without_joins(queryset))

    @admin.action(description="Cancel selected files in progress", permissions=["operate"])
    def cancel(self, request: HttpRequest, queryset: VectorStoreFileQuerySet) -> None:
        count = _without_joins(queryset).cancel(timezone.now())
        self.report(request, count, "file was cancelled.", "files were cancelled.")

    def _ingest_again(self, request: HttpRequest, rows: VectorStoreFileQuerySet) -> None:
        count = rows.requeue(timezone.now())
        for bulk in (False, True):  # both queues, since a worker ignores a message without work
            dispatch.wake_on_commit(files=count, bulk=bulk)
        self.report(request, count, "file will be ingested again.", "files will be ingested again.")


def _without_joins(rows: VectorStoreFileQuerySet) -> VectorStoreFileQuerySet:
    """Return these rows as a queryset whose further conditions are part of the UPDATE itself.

    The list joins stores, so Django would move all its conditions into a subquery. Postgres does
    not evaluate that again after it has waited for a worker that was just completing a row.
    """
    return VectorStoreFile.objects.filter(pk__in=rows.values("pk"))
