"""Files and embeddings, which only the provider `openai` has."""

from typing import Any

import litellm
import openai

from tests.contract.clients.checks import Checks, raises, row
from tests.contract.clients.litellm_python.given import WOMBATS, Given

CHECKS: Checks = {}


@row(CHECKS, "files.create")
def create(given: Given) -> None:
    file = given.uploaded()

    assert (file.filename, file.bytes, file.status) == ("wombats.txt", len(WOMBATS), "processed")


@row(CHECKS, "files.create(expires_after)")
def create_for_a_while(given: Given) -> None:
    file = litellm.create_file(
        file=("wombats.txt", WOMBATS),
        purpose="assistants",
        expires_after={"anchor": "created_at", "seconds": 3600},
        **given.options,
    )

    assert file.expires_at == file.created_at + 3600


@row(CHECKS, "files.list")
def list_(given: Given) -> None:
    file = given.uploaded()

    page = litellm.file_list(purpose="assistants", **given.options)

    assert file.id in [each.id for each in page]


@row(CHECKS, "files.retrieve")
def retrieve(given: Given) -> None:
    file = given.uploaded()

    found = litellm.file_retrieve(file.id, **given.options)

    assert (found.id, found.filename) == (file.id, "wombats.txt")


@row(CHECKS, "files.content")
def content(given: Given) -> None:
    assert litellm.file_content(given.uploaded().id, **given.options).read() == WOMBATS


@row(CHECKS, "files.delete")
def delete(given: Given) -> None:
    file = given.uploaded()

    deleted = litellm.file_delete(file.id, **given.options)

    assert (deleted.id, deleted.deleted) == (file.id, True)
    with raises(openai.NotFoundError):  # which LiteLLM's own derives from
        litellm.file_retrieve(file.id, **given.options)


def embedded(given: Given, **options: Any) -> list[list[float]]:
    answer = litellm.embedding(
        model=given.model, input=["long burrows", "a beak"], **options, **given.options
    )
    assert answer.usage.prompt_tokens > 0
    return [each["embedding"] for each in answer.data]


@row(CHECKS, "embeddings.create")
def embed(given: Given) -> None:
    first, second = embedded(given)

    assert {type(number) for number in first} == {float}
    assert first != second


@row(CHECKS, "embeddings.create(encoding_format)")
def embed_as_floats(given: Given) -> None:
    assert embedded(given, encoding_format="float") == embedded(given)
