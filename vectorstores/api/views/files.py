from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import FileResponse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from vectorstores import errors, ids, ratelimits, services
from vectorstores.api import fields, pagination, parsers, public_ids
from vectorstores.api.serializers.bodies import validated
from vectorstores.api.serializers.files import CreateFileRequest, OpenAIFileResponse, too_large
from vectorstores.api.views.viewsets import LimitedViewSet
from vectorstores.models import File
from vectorstores.models.files import Purpose

# OpenAI does not let clients download these. We do, unless STRICT_DOWNLOAD_PURPOSE is set.
NOT_DOWNLOADABLE = {Purpose.ASSISTANTS, Purpose.USER_DATA, Purpose.VISION}


class FilePageRequest(pagination.PageRequest):
    limit = fields.QueryInteger(
        minimum=1,
        maximum=10_000,
        default=10_000,
        help_text="The largest number of items in a page.",
    )
    purpose = fields.String(required=False, help_text="Lists only files with this purpose.")
    before = None  # type: ignore[assignment]  # since OpenAI's list of files has no `before`


class FileViewSet(LimitedViewSet):
    serializer_class = OpenAIFileResponse
    page_request = FilePageRequest
    cursors = ids.FILE
    parser_classes = [parsers.FileFormParser]

    def get_queryset(self) -> QuerySet[File]:
        return File.objects.in_project(self.project).live(self.now)

    def filtered(self, rows: QuerySet[File], values: dict[str, Any]) -> QuerySet[File]:
        return rows.filter(purpose=values["purpose"]) if "purpose" in values else rows

    def anchors(self, pk: UUID) -> QuerySet[File]:
        return File.objects.in_project(self.project).filter(pk=pk)

    def create(self, request: Request) -> Response:
        parsers.check_body_size(request, settings.MAX_UPLOAD_BYTES, too_large())
        self.charge(ratelimits.uploads(self.project))
        params = validated(CreateFileRequest, request.data)
        seconds = params.get("expires_after", {}).get("seconds")
        file = services.upload_file(
            project=self.project,
            upload=params["file"],
            purpose=params["purpose"],
            expires_after=timedelta(seconds=seconds) if seconds else None,
            clock=timezone.now,
        )
        return Response(self.get_serializer(file).data)

    def retrieve(self, request: Request, file_id: str) -> Response:
        return Response(self.get_serializer(self.get_file(file_id)).data)

    def destroy(self, request: Request, file_id: str) -> Response:
        services.delete_file(file=self.get_file(file_id), now=self.now)
        return Response({"id": file_id, "object": "file", "deleted": True})

    def content(self, request: Request, file_id: str) -> FileResponse:
        file = self.get_file(file_id)
        if settings.STRICT_DOWNLOAD_PURPOSE and file.purpose in NOT_DOWNLOADABLE:
            raise errors.DownloadNotAllowed(file.purpose)
        return FileResponse(
            file.open_content(),
            as_attachment=True,
            filename=file.filename,
            content_type="application/octet-stream",
        )

    def get_file(self, file_id: str) -> File:
        return public_ids.FILE.find(self.get_queryset(), file_id)
