from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.safestring import SafeString

from vectorstores import ids
from vectorstores.admin.operator_pages import NOTHING, OperatorAdmin, link_to_page
from vectorstores.models import Upload


@admin.register(Upload)
class UploadAdmin(OperatorAdmin):
    """Uploads in parts. They are kept for two hours, while the files they became stay."""

    list_display = (
        "filename",
        "public_id",
        "project",
        "status",
        "size",
        "received",
        "purpose",
        "created_at",
        "expires_at",
        "file_page",
    )
    list_select_related = ("project", "file")
    search_fields = ("filename", "project__name")
    search_help_text = "A file name, a project, or an id: upload_…, part_… or file-…"
    id_lookups = {ids.UPLOAD: "pk", ids.UPLOAD_PART: "parts", ids.FILE: "file"}
    fields = readonly_fields = (
        "filename",
        "public_id",
        "project",
        "status",
        "size",
        "received",
        "purpose",
        "mime_type",
        "expires_after",
        "created_at",
        "expires_at",
        "cancelled_at",
        "completed_at",
        "md5",
        "file_page",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Upload]:
        return Upload.objects.with_received().order_by(*self.ordering)

    def status(self, upload: Upload) -> str:
        return upload.status(timezone.now())

    def size(self, upload: Upload) -> str:
        return filesizeformat(upload.bytes)

    def received(self, upload: Upload) -> str:
        """Show the size of the parts, which are deleted when the upload ends."""
        if not upload.received_parts:
            return NOTHING
        return f"{filesizeformat(upload.received_bytes)} in {upload.received_parts} parts"

    @admin.display(description="file")
    def file_page(self, upload: Upload) -> SafeString | str:
        return link_to_page(upload.file, upload.file.public_id) if upload.file else NOTHING
