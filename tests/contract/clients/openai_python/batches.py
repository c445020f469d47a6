"""The rows of client.vector_stores.file_batches."""

from typing import Any

from tests.contract.clients.checks import Checks, row
from tests.contract.clients.openai_python.given import PUFFINS, WOMBATS, Given, is_now

CHECKS: Checks = {}


def counts(batch: Any) -> tuple[int, int, int]:
    return batch.file_counts.completed, batch.file_counts.failed, batch.file_counts.total


@row(CHECKS, "vector_stores.file_batches.create")
def create(given: Given) -> None:
    files, store = [given.uploaded(), given.uploaded()], given.vector_stores.create()

    batch = given.vector_stores.file_batches.create(store.id, file_ids=[file.id for file in files])

    assert batch.id.startswith("vsfb_")
    assert (batch.object, batch.vector_store_id) == ("vector_store.files_batch", store.id)
    assert batch.status in ("in_progress", "completed")
    assert batch.file_counts.total == 2
    assert is_now(batch.created_at)


@row(CHECKS, "vector_stores.file_batches.create(files)")
def create_with_files_of_their_own_attributes(given: Given) -> None:
    wombats, puffins = given.uploaded(), given.uploaded(PUFFINS, "puffins.txt")
    store = given.vector_stores.create()

    given.vector_stores.file_batches.create(
        store.id,
        files=[
            {"file_id": wombats.id, "attributes": {"kind": "mammal"}},
            {"file_id": puffins.id, "attributes": {"kind": "bird"}},
        ],
    )

    kinds = {file.id: file.attributes for file in given.vector_stores.files.list(store.id)}
    assert kinds == {wombats.id: {"kind": "mammal"}, puffins.id: {"kind": "bird"}}


@row(CHECKS, "vector_stores.file_batches.create_and_poll")
def create_and_poll(given: Given) -> None:
    files = [given.uploaded(), given.uploaded(b"  ", "empty.txt")]
    store = given.vector_stores.create()

    batch = given.vector_stores.file_batches.create_and_poll(
        store.id, file_ids=[file.id for file in files]
    )

    assert (batch.status, counts(batch)) == ("completed", (1, 1, 2))


@row(CHECKS, "vector_stores.file_batches.poll")
def poll(given: Given) -> None:
    file, store = given.uploaded(b"  ", "empty.txt"), given.vector_stores.create()
    batch = given.vector_stores.file_batches.create(store.id, file_ids=[file.id])

    done = given.vector_stores.file_batches.poll(batch.id, vector_store_id=store.id)

    assert (done.id, done.status, counts(done)) == (batch.id, "failed", (0, 1, 1))


@row(CHECKS, "vector_stores.file_batches.upload_and_poll")
def upload_and_poll(given: Given) -> None:
    # The helper sends five files at once.
    store, before = given.vector_stores.create(), given.uploaded()
    files = [(f"note {number}.txt", WOMBATS + b"%d" % number) for number in range(7)]

    batch = given.vector_stores.file_batches.upload_and_poll(
        store.id, files=files, file_ids=[before.id]
    )

    assert (batch.status, counts(batch)) == ("completed", (8, 0, 8))
    assert given.vector_stores.retrieve(store.id).file_counts.completed == 8


@row(CHECKS, "vector_stores.file_batches.retrieve")
def retrieve(given: Given) -> None:
    file, store = given.uploaded(), given.vector_stores.create()
    batch = given.vector_stores.file_batches.create_and_poll(store.id, file_ids=[file.id])

    found = given.vector_stores.file_batches.retrieve(batch.id, vector_store_id=store.id)

    assert found == batch


@row(CHECKS, "vector_stores.file_batches.cancel")
def cancel(given: Given) -> None:
    # A worker may have finished the first by then; what it has not is cancelled.
    words = " ".join(f"word{number}" for number in range(100_000)).encode()
    files, store = [given.uploaded(), given.uploaded(words)], given.vector_stores.create()
    batch = given.vector_stores.file_batches.create(store.id, file_ids=[file.id for file in files])

    cancelled = given.vector_stores.file_batches.cancel(batch.id, vector_store_id=store.id)

    assert (cancelled.id, cancelled.object) == (batch.id, "vector_store.files_batch")
    done = given.vector_stores.file_batches.poll(batch.id, vector_store_id=store.id)
    assert done.file_counts.completed + done.file_counts.cancelled == 2
    assert done.status == ("cancelled" if done.file_counts.cancelled else "completed")


@row(CHECKS, "vector_stores.file_batches.list_files")
def list_files(given: Given) -> None:
    files = [given.uploaded(WOMBATS + b"%d" % number) for number in range(5)]
    bad, store = given.uploaded(b"  ", "empty.txt"), given.vector_stores.create()
    batch = given.vector_stores.file_batches.create_and_poll(
        store.id, file_ids=[file.id for file in [*files, bad]]
    )

    batch_of_the_store = {"batch_id": batch.id, "vector_store_id": store.id}
    listed = given.vector_stores.file_batches.list_files(**batch_of_the_store, limit=2)
    failed = given.vector_stores.file_batches.list_files(**batch_of_the_store, filter="failed")

    assert sorted(each.id for each in listed) == sorted(file.id for file in [*files, bad])
    assert [each.id for each in failed] == [bad.id]
