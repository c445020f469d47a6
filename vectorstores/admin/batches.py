from datetime import datetime

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from vectorstores import ids, services
from vectorstores.admin.operator_pages import OperatorAdmin, link_to_list
from vectorstores.models import FileBatch, VectorStoreFile
from vectorstores.models.batches import BatchProgress

# The longest duration in seconds that is shown in a unit, the unit's length in seconds, its name.
_UNITS = ((120, 1, "s"), (7200, 60, "min"), (48 * 3600, 3600, "h"))


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

    def progress(self, batch: FileBatch) -> SafeString:
        now = timezone.now()
        progress = batch.progress(now)
        done, total = progress.files_done, progress.files_total
        bar = '<progress value="{}" max="{}"></progress> {}'
        return format_html(bar, done, max(total, 1), progress_in_words(progress, now))

    def failed(self, batch: FileBatch) -> int:
        return batch.file_counts["failed"]

    def cancelled(self, batch: FileBatch) -> int:
        return batch.file_counts["cancelled"]

    def files(self, batch: FileBatch) -> SafeString:
        return link_to_list(VectorStoreFile, "Show", batch__id__exact=batch.pk)

    @admin.action(description="Cancel selected file batches", permissions=["operate"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[FileBatch]) -> None:
        now = timezone.now()
        count = sum(services.cancel_batch(batch=batch, now=now) for batch in queryset)
        self.report(request, count, "file was cancelled.", "files were cancelled.")


def progress_in_words(progress: BatchProgress, now: datetime) -> str:
    """Return text like `1,200 of 2,000 files, 35 a second, done in about 25 s`."""
    parts = [f"{progress.files_done:,} of {progress.files_total:,} files"]
    if progress.files_per_second:
        parts.append(_rate(progress.files_per_second))
    if progress.estimated_completion_at:
        left = progress.estimated_completion_at - now.timestamp()
        size, unit = next(
            ((size, unit) for limit, size, unit in _UNITS if left <= limit), (86400, "days")
        )
        parts.append(f"done in about {max(round(left / size), 1):,} {unit}")
    return ", ".join(parts)


def _rate(per_second: float) -> str:
    for amount, unit in ((per_second, "second"), (per_second * 60, "minute")):
        if amount >= 1:
            return f"{_two_digits(amount)} a {unit}"
    return f"{_two_digits(per_second * 3600)} an hour"


def _two_digits(amount: float) -> str:
    return f"{amount:,.0f}" if amount >= 9.95 else f"{amount:.2g}"
