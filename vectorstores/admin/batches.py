from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from vectorstores import ids, services
from vectorstores.admin.base import OperatorAdmin
from vectorstores.admin.links import link_to_list
from vectorstores.admin.pace import in_words
from vectorstores.models import FileBatch, VectorStoreFile


@admin.register(FileBatch)
class FileBatchAdmin(OperatorAdmin):
    list_display = (
        "public_id",
        "vector_store",
        "status",
        "progress",
        "failed",
        "cancelled",
        "created_at",
        "files",
    )
    list_select_related = ("vector_store",)
    search_fields = ("vector_store__name",)
    search_help_text = "A vector store's name, or an id: vsfb_… or vs_…"
    id_lookups = {ids.FILE_BATCH: "pk", ids.VECTOR_STORE: "vector_store"}
    fields = readonly_fields = (*list_display, "cancelled_at")
    actions = ("cancel",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[FileBatch]:
        batches = FileBatch.objects.filter(vector_store__deleted_at=None)
        return batches.with_progress(timezone.now()).order_by(*self.ordering)

    @admin.display(description="progress")
    def progress(self, batch: FileBatch) -> SafeString:
        now = timezone.now()
        progress = batch.progress(now)
        done, total = progress.files_done, progress.files_total
        bar = '<progress value="{}" max="{}"></progress> {}'
        return format_html(bar, done, max(total, 1), in_words(progress, now))

    @admin.display(description="failed")
    def failed(self, batch: FileBatch) -> int:
        return batch.file_counts["failed"]

    @admin.display(description="cancelled")
    def cancelled(self, batch: FileBatch) -> int:
        return batch.file_counts["cancelled"]

    @admin.display(description="files")
    def files(self, batch: FileBatch) -> SafeString:
        return link_to_list(VectorStoreFile, "Show", batch__id__exact=batch.pk)

    @admin.action(description="Cancel selected file batches", permissions=["operate"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[FileBatch]) -> None:
        now = timezone.now()
        count = sum(services.cancel_batch(batch=batch, now=now) for batch in queryset)
        self.report(request, count, "file was cancelled.", "files were cancelled.")
