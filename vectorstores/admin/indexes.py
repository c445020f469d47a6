from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.safestring import SafeString

from vectorstores import ids
from vectorstores.admin.operator_pages import NOTHING, OperatorAdmin, link_to_list, link_to_page
from vectorstores.indexes import dropping, review
from vectorstores.indexes.definitions import Target
from vectorstores.models import StoreIndex, VectorStore


@admin.register(StoreIndex)
class StoreIndexAdmin(OperatorAdmin):
    list_display = (
        "name",
        "store",
        "kind",
        "state",
        "chunk_count",
        "size",
        "built_at",
        "build_seconds",
        "due_at",
        "error",
    )
    list_select_related = ("vector_store",)
    search_fields = ("name", "vector_store__name")
    search_help_text = "A name, or a store's name or id: vs_…"
    id_lookups = {ids.VECTOR_STORE: "vector_store"}
    fields = readonly_fields = (*list_display, "generation", "partition", "phase")
    actions = ("rebuild", "drop")

    @admin.display(description="vector store")
    def store(self, row: StoreIndex) -> SafeString:
        return link_to_page(row.vector_store, row.vector_store)

    def state(self, row: StoreIndex) -> str:
        return row.state

    @admin.display(description="chunks")
    def chunk_count(self, row: StoreIndex) -> str:
        """Show the size of the build that is running, or else of the last one."""
        chunks = row.chunks if row.chunks is not None else row.built_chunks
        return NOTHING if chunks is None else f"{chunks:,}"

    def size(self, row: StoreIndex) -> str:
        return NOTHING if row.bytes is None else filesizeformat(row.bytes)

    @admin.display(description="build time")
    def build_seconds(self, row: StoreIndex) -> str:
        return NOTHING if row.build_time is None else f"{row.build_time.total_seconds():.0f} s"

    @admin.action(description="Rebuild selected search indexes", permissions=["operate"])
    def rebuild(self, request: HttpRequest, queryset: QuerySet[StoreIndex]) -> None:
        now = timezone.now()
        count = sum(review.request_rebuild(row, now) for row in queryset)
        self.report(request, count, "index will be rebuilt soon.", "indexes will be rebuilt soon.")

    @admin.action(description="Drop selected search indexes", permissions=["operate"])
    def drop(self, request: HttpRequest, queryset: QuerySet[StoreIndex]) -> None:
        targets = [Target.of(row) for row in queryset if row.is_valid is not None]
        count = len(targets) - len(dropping.drop(targets))
        self.report(request, count, "index was dropped.", "indexes were dropped.")


def link_to_indexes(store: VectorStore) -> SafeString | str:
    """Return the states of the store's indexes, linked to their list, or "none"."""
    rows = StoreIndex.objects.of_stores([store.pk]).order_by("kind", "generation")
    states = [f"{row.kind} {row.state}" for row in rows]
    if not states:
        return "none"
    return link_to_list(StoreIndex, "; ".join(states), vector_store__id__exact=store.pk)
