"""The rows of client.vector_stores.files."""

from tests.contract.clients.checks import Checks, row
from tests.contract.clients.openai_python.given import PUFFINS, WOMBATS, Given, is_now

CHECKS: Checks = {}


@row(CHECKS, "vector_stores.files.create")
def create(given: Given) -> None:
    file, store = given.uploaded(), given.vector_stores.create()

    attached = given.vector_stores.files.create(store.id, file_id=file.id)

    assert (attached.id, attached.vector_store_id) == (file.id, store.id)
    assert (attached.object, attached.last_error) == ("vector_store.file", None)
    assert attached.status in ("in_progress", "completed")
    assert is_now(attached.created_at)


@row(CHECKS, "vector_stores.files.create(attributes)")
def create_with_attributes(given: Given) -> None:
    file, store = given.uploaded(), given.vector_stores.create()
    attributes = {"kind": "mammal", "year": 2026, "wild": True}

    attached = given.vector_stores.files.create(
        store.id,
        file_id=file.id,
        attributes=attributes,
        chunking_strategy={"type": "auto"},
    )

    static = {"max_chunk_size_tokens": 800, "chunk_overlap_tokens": 400}
    assert attached.attributes == attributes
    assert attached.chunking_strategy.model_dump() == {"type": "static", "static": static}


@row(CHECKS, "vector_stores.files.create_and_poll")
def create_and_poll(given: Given) -> None:
    file, store = given.uploaded(), given.vector_stores.create()

    done = given.vector_stores.files.create_and_poll(file.id, vector_store_id=store.id)

    assert (done.id, done.status, done.last_error) == (file.id, "completed", None)


@row(CHECKS, "vector_stores.files.poll")
def poll(given: Given) -> None:
    file, store = given.uploaded(b"  ", "empty.txt"), given.vector_stores.create()
    given.vector_stores.files.create(store.id, file_id=file.id)

    failed = given.vector_stores.files.poll(file.id, vector_store_id=store.id)

    assert (failed.status, failed.last_error.code) == ("failed", "invalid_file")
    assert "empty" in failed.last_error.message


@row(CHECKS, "vector_stores.files.upload")
def upload(given: Given) -> None:
    store = given.vector_stores.create()

    attached = given.vector_stores.files.upload(
        vector_store_id=store.id, file=("puffins.txt", PUFFINS)
    )

    assert attached.vector_store_id == store.id
    assert given.client.files.retrieve(attached.id).filename == "puffins.txt"


@row(CHECKS, "vector_stores.files.upload_and_poll")
def upload_and_poll(given: Given) -> None:
    store = given.vector_stores.create()

    done = given.vector_stores.files.upload_and_poll(
        vector_store_id=store.id, file=("puffins.txt", PUFFINS)
    )

    assert (done.status, done.last_error) == ("completed", None)
    assert given.vector_stores.retrieve(store.id).file_counts.completed == 1


@row(CHECKS, "vector_stores.files.list")
def list_(given: Given) -> None:
    # Versions before 1.62 do not read has_more: they go on until a page is empty.
    files = [given.uploaded(WOMBATS + b"%d" % number) for number in range(5)]
    store = given.store_with(*files)

    listed = given.vector_stores.files.list(store.id, limit=2, filter="completed")

    assert sorted(each.id for each in listed) == sorted(file.id for file in files)
    assert list(given.vector_stores.files.list(store.id, filter="failed")) == []


@row(CHECKS, "vector_stores.files.retrieve")
def retrieve(given: Given) -> None:
    file = given.uploaded()
    store = given.store_with(file)

    found = given.vector_stores.files.retrieve(file.id, vector_store_id=store.id)

    assert (found.id, found.vector_store_id, found.status) == (file.id, store.id, "completed")
    assert found.usage_bytes == given.vector_stores.retrieve(store.id).usage_bytes > len(WOMBATS)


@row(CHECKS, "vector_stores.files.update")
def update(given: Given) -> None:
    file = given.uploaded()
    store = given.store_with(file)

    updated = given.vector_stores.files.update(
        file.id, vector_store_id=store.id, attributes={"year": 2026, "ratio": 0.5, "read": True}
    )

    assert (updated.id, updated.status) == (file.id, "completed")
    assert updated.attributes == {"year": 2026, "ratio": 0.5, "read": True}
    assert updated == given.vector_stores.files.retrieve(file.id, vector_store_id=store.id)


@row(CHECKS, "vector_stores.files.content")
def content(given: Given) -> None:
    text = " ".join(f"word{number}" for number in range(3000))
    file = given.uploaded(text.encode())
    store = given.store_with(file)

    page = given.vector_stores.files.content(file.id, vector_store_id=store.id)

    assert {part.type for part in page} == {"text"}
    assert "".join(part.text for part in page) == text


@row(CHECKS, "vector_stores.files.delete")
def delete(given: Given) -> None:
    file = given.uploaded()
    store = given.store_with(file)

    deleted = given.vector_stores.files.delete(file.id, vector_store_id=store.id)

    assert (deleted.id, deleted.deleted) == (file.id, True)
    assert deleted.object == "vector_store.file.deleted"
    assert given.client.files.retrieve(file.id) == file
    assert list(given.vector_stores.files.list(store.id)) == []
