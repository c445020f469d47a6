"""Files as forms, the way clients send them."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from tests.client import ApiClient
from vectorstores.models import File


def upload(
    api: ApiClient, content: bytes = b"Wombats dig.", *, name: str = "notes.txt", **form: object
) -> HttpResponse:
    """POST /v1/files. `form` has the other fields; a purpose is sent unless it is None."""
    fields = {"file": SimpleUploadedFile(name, content), "purpose": "assistants", **form}
    sent = {key: value for key, value in fields.items() if value is not None}
    return api.post("/v1/files", sent, format="multipart")


def post_form(api: ApiClient, *parts: bytes, boundary: str = "frontier") -> HttpResponse:
    """POST /v1/files with a body written by hand: each part with its own headers."""
    mark = f"--{boundary}".encode()
    body = b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"
    content_type = f"multipart/form-data; boundary={boundary}"
    return api.generic("POST", "/v1/files", body, content_type=content_type)


def field(name: str, value: str) -> bytes:
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()


def file_part(content: bytes, filename: str, content_type: str = "text/plain") -> bytes:
    disposition = f'Content-Disposition: form-data; name="file"; filename="{filename}"'
    return f"{disposition}\r\nContent-Type: {content_type}\r\n\r\n".encode() + content


def kept_bytes(file: File) -> bytes:
    """What the storage has of a file."""
    with file.content.open("rb") as content:
        return content.read()
