from datetime import datetime

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.safestring import SafeString

from vectorstores import ids, services
from vectorstores.admin.operator_pages import DeletableAdmin, link_to_list
from vectorstores.models import File, VectorStoreFile


@admin.register(File)
class FileAdmin(DeletableAdmin):
    list_display = (
        "filename",
        "public_id",
        "project",
        "size",
        "sha256_start",
        "purpose",
        "expires_at",
        "created_at",
        "stores",
    )
    list_select_related = ("project",)
    search_fields = ("filename", "project__name")
    search_help_text = "A file name, a project, or an id: file-…"
    id_lookups = {ids.FILE: "pk"}
    fields = readonly_fields = (
        "filename",
        "public_id",
        "project",
        "stores",
        "purpose",
        "size",
        "sha256",
        "expires_at",
        "created_at",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[File]:
        return File.objects.live(timezone.now()).order_by(*self.ordering)

    def delete_row(self, row: File, now: datetime) -> None:
        services.delete_file(file=row, now=now)

    def size(self, file: File) -> str:
        return filesizeformat(file.bytes)

    @admin.display(description="SHA-256")
    def sha256_start(self, file: File) -> str:
        return f"{file.sha256[:12]}…"

    @admin.display(description="in stores")
    def stores(self, file: File) -> SafeString:
        return link_to_list(VectorStoreFile, "Show", file__id__exact=file.pk)
