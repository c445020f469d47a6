"""The rows of client.files."""

from typing import Any

import openai

from tests.contract.clients.checks import Checks, raises, row
from tests.contract.clients.openai_python.given import WOMBATS, Given, is_now

CHECKS: Checks = {}


@row(CHECKS, "files.create")
def create(given: Given) -> None:
    file = given.client.files.create(file=("wombats.txt", WOMBATS), purpose="assistants")

    assert file.id.startswith("file-")
    assert (file.object, file.filename, file.purpose) == ("file", "wombats.txt", "assistants")
    assert (file.bytes, file.status) == (len(WOMBATS), "processed")
    assert is_now(file.created_at)


@row(CHECKS, "files.create(expires_after)")
def create_for_a_while(given: Given) -> None:
    file = given.client.files.create(
        file=("wombats.txt", WOMBATS),
        purpose="assistants",
        expires_after={"anchor": "created_at", "seconds": 3600},
    )

    assert file.expires_at == file.created_at + 3600


@row(CHECKS, "files.list")
def list_(given: Given) -> None:
    file = given.uploaded()

    listed = [each for each in given.client.files.list(purpose="assistants") if each.id == file.id]

    assert listed == [file]


@row(CHECKS, "files.retrieve")
def retrieve(given: Given) -> None:
    file = given.uploaded()

    assert given.client.files.retrieve(file.id) == file


@row(CHECKS, "files.content")
def content(given: Given) -> None:
    sent = bytes(range(256)) * 500
    file = given.uploaded(sent, "all.bin")

    assert given.client.files.content(file.id).read() == sent


@row(CHECKS, "files.delete")
def delete(given: Given) -> None:
    file = given.uploaded()

    deleted = given.client.files.delete(file.id)

    assert (deleted.id, deleted.object, deleted.deleted) == (file.id, "file", True)
    with raises(openai.NotFoundError) as refused:
        given.client.files.retrieve(file.id)
    body: Any = refused.exception.body
    assert body["message"] == f"No such File object: {file.id}"


@row(CHECKS, "files.wait_for_processing")
def wait_for_processing(given: Given) -> None:
    file = given.uploaded()

    assert given.client.files.wait_for_processing(file.id) == file
