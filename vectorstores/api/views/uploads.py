from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from vectorstores import ratelimits, services
from vectorstores.api import parsers, public_ids
from vectorstores.api.serializers import uploads
from vectorstores.api.serializers.bodies import EmptyRequest, validated
from vectorstores.api.views.viewsets import LimitedViewSet, ProjectViewSet
from vectorstores.models import Upload


class InUploadViewSet(ProjectViewSet):
    """The base of views at and below /uploads/{upload_id}."""

    def get_queryset(self) -> QuerySet[Upload]:
        remembered = Upload.objects.remembered(self.now - settings.TOMBSTONE_AGE)
        return remembered.in_project(self.project).select_related("file")

    def get_upload(self, upload_id: str) -> Upload:
        return public_ids.UPLOAD.find(self.get_queryset(), upload_id)


class UploadViewSet(LimitedViewSet, InUploadViewSet):
    serializer_class = uploads.UploadResponse

    def create(self, request: Request) -> Response:
        self.charge(ratelimits.uploads(self.project))
        params = validated(uploads.CreateUploadRequest, request.data)
        seconds = params.get("expires_after", {}).get("seconds")
        upload = services.create_upload(
            project=self.project,
            filename=params["filename"],
            purpose=params["purpose"],
            size=params["bytes"],
            mime_type=params["mime_type"],
            expires_after=timedelta(seconds=seconds) if seconds else None,
            now=self.now,
        )
        return Response(self.get_serializer(upload).data)

    def complete(self, request: Request, upload_id: str) -> Response:
        upload = self.get_upload(upload_id)
        params = validated(uploads.CompleteUploadRequest, request.data)
        upload = services.complete_upload(
            upload=upload, part_ids=params["part_ids"], md5=params.get("md5"), clock=timezone.now
        )
        return Response(self.get_serializer(upload).data)

    def cancel(self, request: Request, upload_id: str) -> Response:
        upload = self.get_upload(upload_id)
        validated(EmptyRequest, request.data)
        upload = services.cancel_upload(upload=upload, now=self.now)
        return Response(self.get_serializer(upload).data)


class UploadPartViewSet(InUploadViewSet):
    serializer_class = uploads.UploadPartResponse
    parser_classes = [parsers.UTF8FormParser]

    def create(self, request: Request, upload_id: str) -> Response:
        upload = self.get_upload(upload_id)
        upload.check_pending(self.now)  # because otherwise the part would be received in vain
        parsers.check_body_size(request, settings.MAX_PART_FORM_BYTES, uploads.part_too_large())
        data = validated(uploads.AddUploadPartRequest, request.data)["data"]
        now = timezone.now()  # since receiving the part may have taken long
        part = services.add_part(upload=upload, data=data, now=now)
        return Response(self.get_serializer(part).data)
