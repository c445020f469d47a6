"""File uploads as forms, as clients send them."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.client import ApiClient
from vectorstores.models import File


def upload(
    api: ApiClient, content: bytes = b"Wombats dig.", *, name: str = "notes.txt", **form: Any
) -> Any:
    """Upload a file. `form` has the other fields. A purpose is sent unless it is None."""
    fields = {"file": SimpleUploadedFile(name, content), "purpose": "assistants", **form}
    sent = {key: value for key, value in fields.items() if value is not None}
    return api.post("/v1/files", sent, format="multipart")


def post_form(
    api: ApiClient,
    *parts: bytes,
    url: str = "/v1/files",
    charset: str = "",
    halfway: Callable[[], object] = lambda: None,
) -> Any:
    """Send a handwritten body, in which each part has its own headers.

    `halfway` is called when the server starts to read the body.
    """
    body = b"".join(b"--frontier\r\n" + part + b"\r\n" for part in parts) + b"--frontier--\r\n"
    content_type = f"multipart/form-data; boundary=frontier{charset}"
    options: dict[str, Any] = {
        "data": body,
        "content_type": content_type,
        "wsgi.input": SlowBody(body, halfway),
    }
    return api.generic("POST", url, **options)


class SlowBody(BytesIO):
    """A body that is still being sent when the server starts to read it."""

    def __init__(self, body: bytes, halfway: Callable[[], object]) -> None:
        super().__init__(body)
        self.halfway = [halfway]

    def read(self, size: int | None = -1, /) -> bytes:
        if self.halfway:
            self.halfway.pop()()
        return super().read(size)


def field(name: str, value: str) -> bytes:
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()


def file_part(
    content: bytes, filename: str, content_type: str = "text/plain", *, name: str = "file"
) -> bytes:
    disposition = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"'
    return f"{disposition}\r\nContent-Type: {content_type}\r\n\r\n".encode() + content


def stored_bytes(file: File) -> bytes:
    """Return the bytes of a file in the storage."""
    with file.content.open("rb") as content:
        return content.read()
