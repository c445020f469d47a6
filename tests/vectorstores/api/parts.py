"""Uploads in parts, as clients send them."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from tests.client import ApiClient
from tests.vectorstores.api.answers import ok
from vectorstores.models import Upload, UploadPart


def create_upload(api: ApiClient, size: object = 12, **params: object) -> HttpResponse:
    """Create an upload for a file of `size` bytes."""
    body = {
        "filename": "wombats.txt",
        "purpose": "assistants",
        "bytes": size,
        "mime_type": "text/plain",
        **params,
    }
    return api.post("/v1/uploads", body)


def send(api: ApiClient, upload: Upload, content: bytes, **form: object) -> HttpResponse:
    """Send a part, with the filename that SDKs give to bytes in memory."""
    fields = {"data": SimpleUploadedFile("upload", content), **form}
    sent = {key: value for key, value in fields.items() if value is not None}
    return api.post(f"/v1/uploads/{upload.public_id}/parts", sent, format="multipart")


def send_all(api: ApiClient, upload: Upload, *contents: bytes) -> list[str]:
    """Send parts, and return their ids."""
    return [ok(send(api, upload, content))["id"] for content in contents]


def complete(api: ApiClient, upload: Upload, part_ids: list[str], **params: object) -> HttpResponse:
    body = {"part_ids": part_ids, **params}
    return api.post(f"/v1/uploads/{upload.public_id}/complete", body)


def cancel(api: ApiClient, upload: Upload, **params: object) -> HttpResponse:
    return api.post(f"/v1/uploads/{upload.public_id}/cancel", params)


def stored_bytes(part: UploadPart) -> bytes:
    """Return the bytes of a part in the storage."""
    with part.content.open("rb") as content:
        return content.read()
