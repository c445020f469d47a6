"""POST /v1/vector_stores/{vector_store_id}/file_batches"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import FileFactory
from tests.vectorstores.api.answers import UNKNOWN_FILE, ok, refused
from tests.vectorstores.published import searchable
from vectorstores.models import File, FileBatch, VectorStore, VectorStoreFile


@pytest.fixture
def files(project) -> list[File]:
    return FileFactory.create_batch(3, project=project)


@pytest.fixture
def url(store) -> str:
    return f"/v1/vector_stores/{store.public_id}/file_batches"


def test_files_are_attached_together(api, store, files, url):
    response = api.post(url, {"file_ids": [file.public_id for file in files]})

    batch = FileBatch.objects.get()
    assert ok(response) == {
        "id": batch.public_id,
        "object": "vector_store.files_batch",
        "created_at": int(batch.created_at.timestamp()),
        "vector_store_id": store.public_id,
        "status": "in_progress",
        "file_counts": {
            "in_progress": 3,
            "completed": 0,
            "failed": 0,
            "cancelled": 0,
            "total": 3,
        },
        "progress": {
            "files_done": 0,
            "files_total": 3,
            "files_per_second": None,
            "estimated_completion_at": None,
        },
    }
    assert response["openai-poll-after-ms"] == "50"
    assert set(batch.store_files.values_list("file", flat=True)) == {file.pk for file in files}


def test_attributes_and_chunking_are_shared(api, files, url):
    static = {"max_chunk_size_tokens": 200, "chunk_overlap_tokens": 20}

    ok(
        api.post(
            url,
            {
                "file_ids": [file.public_id for file in files],
                "attributes": {"year": 2026},
                "chunking_strategy": {"type": "static", "static": static},
            },
        )
    )

    rows = VectorStoreFile.objects.values_list(
        "attributes", "max_chunk_size_tokens", "chunk_overlap_tokens"
    )
    assert list(rows) == [({"year": 2026}, 200, 20)] * 3


def test_files_can_bring_their_own_attributes_and_chunking(api, files, url):
    static = {"max_chunk_size_tokens": 200, "chunk_overlap_tokens": 20}
    first, second, third = (file.public_id for file in files)

    ok(
        api.post(
            url,
            {
                "files": [
                    {"file_id": first, "attributes": {"n": 1}},
                    {
                        "file_id": second,
                        "chunking_strategy": {"type": "static", "static": static},
                    },
                    {"file_id": third, "attributes": None, "chunking_strategy": None},
                ],
                "attributes": {"ignored": True},
            },
        )
    )

    rows = {row.file.public_id: row for row in VectorStoreFile.objects.select_related("file")}
    assert rows[first].attributes == {"n": 1}
    assert rows[second].attributes == rows[third].attributes == {}
    assert [rows[pk].max_chunk_size_tokens for pk in (first, second, third)] == [800, 200, 800]


def test_a_file_named_twice_counts_once_with_its_last_options(api, files, url):
    file_id = files[0].public_id

    body = ok(
        api.post(
            url,
            {
                "files": [
                    {"file_id": file_id, "attributes": {"n": 1}},
                    {"file_id": file_id, "attributes": {"n": 2}},
                ]
            },
        )
    )

    assert body["file_counts"]["total"] == 1
    assert VectorStoreFile.objects.get().attributes == {"n": 2}


def test_a_file_that_is_already_attached_is_ingested_again(api, store, url):
    found = searchable(store, "Wombats dig.")

    body = ok(api.post(url, {"file_ids": [found.file.public_id]}))

    assert body["file_counts"]["in_progress"] == 1
    counts = ok(api.get(f"/v1/vector_stores/{store.public_id}"))["file_counts"]
    assert (counts["in_progress"], counts["total"]) == (1, 1)


def test_batches_wait_behind_single_files(
    api, files, url, sent, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        ok(api.post(url, {"file_ids": [file.public_id for file in files]}))

    assert set(VectorStoreFile.objects.values_list("bulk", flat=True)) == {True}
    assert sent("ingest_bulk") == len(files)
    assert sent("ingest") == 0


def test_a_batch_of_any_size_takes_the_same_number_of_queries(api, project, url):
    def attach(count: int) -> int:
        ids = [file.public_id for file in FileFactory.create_batch(count, project=project)]
        with CaptureQueriesContext(connection) as queries:
            ok(api.post(url, {"file_ids": ids}))
        return len(queries)

    attach(1)  # which also records the key's use

    assert attach(1) == attach(20)


def test_one_unknown_file_rejects_the_whole_batch(api, files, url):
    ids = [*(file.public_id for file in files), UNKNOWN_FILE]

    message = refused(api.post(url, {"file_ids": ids}), 404, param="file_id")

    assert message == f"No file found with id '{UNKNOWN_FILE}'."
    assert not VectorStoreFile.objects.exists()
    assert not FileBatch.objects.exists()


def test_a_file_of_another_project_rejects_the_whole_batch(api, files, url):
    ids = [files[0].public_id, FileFactory().public_id]

    refused(api.post(url, {"file_ids": ids}), 404, param="file_id")

    assert not VectorStoreFile.objects.exists()
    assert not FileBatch.objects.exists()


def test_unsupported_file_types_reject_the_whole_batch_and_are_all_named(api, project, url):
    names = "b.ogg", "a.txt", "c.mp3", "d.ogg"
    ids = [FileFactory(project=project, filename=name).public_id for name in names]

    message = refused(api.post(url, {"file_ids": ids}), code="unsupported_file", param="file_ids")

    assert message.startswith("Files with extensions [.mp3, .ogg] are not supported for retrieval.")
    assert not FileBatch.objects.exists()


def test_nothing_is_attached_to_an_expired_store(api, store, files, url):
    VectorStore.objects.update(expires_at=timezone.now())

    message = refused(api.post(url, {"file_ids": [files[0].public_id]}))

    assert message == f"Vector store '{store.public_id}' has expired"
    assert not FileBatch.objects.exists()


@pytest.mark.parametrize("name", ["file_ids", "files"])
def test_at_most_2000_files_are_accepted(api, url, name):
    item = UNKNOWN_FILE if name == "file_ids" else {"file_id": UNKNOWN_FILE}

    refused(api.post(url, {name: [item] * 2000}), 404, param="file_id")
    message = refused(
        api.post(url, {name: [item] * 2001}), code="array_above_max_length", param=name
    )

    assert message == (
        f"Invalid '{name}': array too long. Expected an array with maximum length 2000, "
        "but got an array with length 2001 instead."
    )


ONE = [UNKNOWN_FILE]


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        ({}, "missing_required_parameter", "file_ids"),
        ({"file_ids": None, "files": None}, "missing_required_parameter", "file_ids"),
        ({"file_ids": ONE, "files": [{"file_id": UNKNOWN_FILE}]}, "invalid_value", "files"),
        ({"file_ids": []}, "array_below_min_length", "file_ids"),
        ({"files": []}, "array_below_min_length", "files"),
        ({"file_ids": UNKNOWN_FILE}, "invalid_type", "file_ids"),
        ({"file_ids": [UNKNOWN_FILE, None]}, "invalid_type", "file_ids[1]"),
        ({"file_ids": ["batch_1"]}, "invalid_value", "file_ids[0]"),
        ({"files": [None]}, "invalid_type", "files[0]"),
        ({"files": [UNKNOWN_FILE]}, "invalid_type", "files[0]"),
        ({"files": [{}]}, "missing_required_parameter", "files[0].file_id"),
        (
            {"files": [{"file_id": UNKNOWN_FILE}, {"file_id": UNKNOWN_FILE, "name": "x"}]},
            "unknown_parameter",
            "files[1].name",
        ),
        (
            {"files": [{"file_id": UNKNOWN_FILE, "attributes": {"k": []}}]},
            "invalid_type",
            "files[0].attributes.k",
        ),
        ({"file_ids": ONE, "attributes": 5}, "invalid_type", "attributes"),
        (
            {"file_ids": ONE, "chunking_strategy": {"type": "x"}},
            "invalid_value",
            "chunking_strategy.type",
        ),
        ({"file_ids": ONE, "metadata": {}}, "unknown_parameter", "metadata"),
    ],
)
def test_an_invalid_body_is_refused_and_attaches_nothing(api, url, body, code, param):
    refused(api.post(url, body), code=code, param=param)

    assert not FileBatch.objects.exists()
