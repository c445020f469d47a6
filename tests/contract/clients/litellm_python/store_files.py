"""The files of a store, which only the provider `openai` has."""

from typing import Any

import litellm
from litellm import vector_store_files

from tests.contract.clients.checks import Checks, raises, row
from tests.contract.clients.litellm_python.given import WOMBATS, Given

CHECKS: Checks = {}


def attached(given: Given, **fields: Any) -> dict[str, Any]:
    """Attach a file to a store of its own."""
    store, file = given.store(), given.uploaded()
    return vector_store_files.create(
        vector_store_id=store["id"], file_id=file.id, **fields, **given.options
    )


def place(file: dict[str, Any]) -> dict[str, str]:
    return {"vector_store_id": file["vector_store_id"], "file_id": file["id"]}


@row(CHECKS, "vector_stores.files.create")
def attach(given: Given) -> None:
    file = attached(given)

    assert (file["object"], file["last_error"]) == ("vector_store.file", None)
    assert file["status"] in ("in_progress", "completed")


@row(CHECKS, "vector_stores.files.create(attributes)")
def attach_with_attributes(given: Given) -> None:
    # It sends those alone that are text.
    assert attached(given, attributes={"kind": "mammal"})["attributes"] == {"kind": "mammal"}


@row(CHECKS, "vector_stores.files.list")
def list_attached(given: Given) -> None:
    file = attached(given)

    page = vector_store_files.list(vector_store_id=file["vector_store_id"], **given.options)

    assert [each["id"] for each in page["data"]] == [file["id"]]
    assert (page["object"], page["has_more"]) == ("list", False)


@row(CHECKS, "vector_stores.files.retrieve")
def retrieve_attached(given: Given) -> None:
    file = attached(given)

    found = vector_store_files.retrieve(**place(file), **given.options)

    assert (found["id"], found["created_at"]) == (file["id"], file["created_at"])


@row(CHECKS, "vector_stores.files.update")
def update_attached(given: Given) -> None:
    file = attached(given)

    updated = vector_store_files.update(
        **place(file), attributes={"kind": "mammal"}, **given.options
    )

    assert (updated["id"], updated["attributes"]) == (file["id"], {"kind": "mammal"})


@row(CHECKS, "vector_stores.files.content")
def content_attached(given: Given) -> None:
    file = given.uploaded()
    store = given.store_with(file)

    page = vector_store_files.retrieve_content(
        vector_store_id=store["id"], file_id=file.id, **given.options
    )

    (item,) = page["data"]
    assert (item["type"], item["text"]) == ("text", WOMBATS.decode())


@row(CHECKS, "vector_stores.files.delete")
def detach(given: Given) -> None:
    file = attached(given)

    deleted = vector_store_files.delete(**place(file), **given.options)

    assert deleted == {"id": file["id"], "object": "vector_store.file.deleted", "deleted": True}
    assert litellm.file_retrieve(file["id"], **given.options).id == file["id"]


@row(CHECKS, "RateLimitError")
def rate_limit(given: Given) -> None:
    # Calls on stores are not repeated by LiteLLM.
    file = attached(given)

    with raises(litellm.RateLimitError) as refused:
        for _ in range(100):
            vector_store_files.create(**place(file), **given.options)

    assert refused.exception.status_code == 429
    assert '"code":"rate_limit_exceeded"' in str(refused.exception)
