"""The rows of client.uploads."""

import hashlib
from typing import Any

import openai

from tests.contract.clients.checks import Checks, raises, row
from tests.contract.clients.openai_python.given import WOMBATS, Given, is_now

CHECKS: Checks = {}


def begun(given: Given, size: int = len(WOMBATS)) -> Any:
    return given.client.uploads.create(
        filename="wombats.txt", purpose="assistants", bytes=size, mime_type="text/plain"
    )


@row(CHECKS, "uploads.create")
def create(given: Given) -> None:
    upload = begun(given)

    assert upload.id.startswith("upload_")
    assert (upload.object, upload.status, upload.file) == ("upload", "pending", None)
    assert (upload.filename, upload.purpose) == ("wombats.txt", "assistants")
    assert upload.bytes == len(WOMBATS)
    assert is_now(upload.created_at)
    assert upload.expires_at == upload.created_at + 3600


@row(CHECKS, "uploads.parts.create")
def create_part(given: Given) -> None:
    upload = begun(given)

    part = given.client.uploads.parts.create(upload.id, data=WOMBATS)

    assert part.id.startswith("part_")
    assert (part.object, part.upload_id) == ("upload.part", upload.id)
    assert is_now(part.created_at)


@row(CHECKS, "uploads.complete")
def complete(given: Given) -> None:
    # The order is that of `part_ids`, not that of arrival.
    upload = begun(given)
    end, start = (
        given.client.uploads.parts.create(upload.id, data=data).id
        for data in (WOMBATS[20:], WOMBATS[:20])
    )

    done = given.client.uploads.complete(
        upload.id, part_ids=[start, end], md5=hashlib.md5(WOMBATS).hexdigest()
    )

    assert (done.id, done.status) == (upload.id, "completed")
    assert (done.file.filename, done.file.bytes) == ("wombats.txt", len(WOMBATS))
    assert given.client.files.content(done.file.id).read() == WOMBATS


@row(CHECKS, "uploads.cancel")
def cancel(given: Given) -> None:
    upload = begun(given)

    cancelled = given.client.uploads.cancel(upload.id)

    assert (cancelled.id, cancelled.status) == (upload.id, "cancelled")
    with raises(openai.BadRequestError) as refused:
        given.client.uploads.parts.create(upload.id, data=WOMBATS)
    assert refused.exception.type == "invalid_request_error"


@row(CHECKS, "uploads.upload_file_chunked")
def upload_file_chunked(given: Given) -> None:
    content = WOMBATS * 1000

    done = given.client.uploads.upload_file_chunked(
        file=content,
        filename="wombats.txt",
        bytes=len(content),
        mime_type="text/plain",
        purpose="assistants",
        part_size=20_000,
    )

    assert (done.status, done.file.bytes) == ("completed", len(content))
    assert given.client.files.content(done.file.id).read() == content
