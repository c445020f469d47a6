"""The rows of client.files and client.embeddings."""

import math

import llama_stack_client

from tests.contract.clients.checks import Checks, raises, row
from tests.contract.clients.llama_stack.given import WOMBATS, Given

CHECKS: Checks = {}


@row(CHECKS, "files.create")
def create(given: Given) -> None:
    file = given.uploaded()

    assert file.id.startswith("file-")
    assert (file.object, file.purpose) == ("file", "assistants")
    assert (file.filename, file.bytes) == ("wombats.txt", len(WOMBATS))


@row(CHECKS, "files.list")
def list_(given: Given) -> None:
    file = given.uploaded()

    page = given.client.files.list(purpose="assistants")

    assert page.object == "list"
    assert file in page.data


@row(CHECKS, "files.retrieve")
def retrieve(given: Given) -> None:
    file = given.uploaded()

    assert given.client.files.retrieve(file.id) == file


@row(CHECKS, "files.content")
def content(given: Given) -> None:
    file = given.uploaded()

    assert given.client.files.with_raw_response.content(file.id).read() == WOMBATS


@row(CHECKS, "files.delete")
def delete(given: Given) -> None:
    file = given.uploaded()

    deleted = given.strict.files.delete(file.id)

    assert (deleted.id, deleted.deleted) == (file.id, True)
    with raises(llama_stack_client.NotFoundError):
        given.client.files.retrieve(file.id)


@row(CHECKS, "embeddings.create")
def embed(given: Given) -> None:
    answer = given.strict.embeddings.create(input=["long burrows", "a beak"], model=given.model)

    assert [each.index for each in answer.data] == [0, 1]
    assert all(math.isclose(math.hypot(*each.embedding), 1, abs_tol=1e-3) for each in answer.data)
    assert answer.usage.prompt_tokens > 0


@row(CHECKS, "embeddings.create(encoding_format)")
def embed_as_base64(given: Given) -> None:
    answer = given.strict.embeddings.create(
        input="long burrows", model=given.model, encoding_format="base64"
    )

    assert isinstance(answer.data[0].embedding, str)
