"""POST /v1/vector_stores/{vector_store_id}/files"""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import FileFactory, VectorStoreFactory
from tests.vectorstores.api.answers import UNKNOWN_FILE, UNKNOWN_STORE, ok, refused
from tests.vectorstores.published import searchable
from vectorstores.models import File, VectorStore, VectorStoreFile


@pytest.fixture
def file(project) -> File:
    return FileFactory(project=project, filename="wombats.txt")


@pytest.fixture
def url(store) -> str:
    return f"/v1/vector_stores/{store.public_id}/files"


def test_a_file_is_attached_and_waits_for_a_worker(api, store, file, url):
    body = ok(api.post(url, {"file_id": file.public_id}))

    store_file = VectorStoreFile.objects.get()
    assert body == {
        "id": file.public_id,
        "object": "vector_store.file",
        "usage_bytes": 0,
        "created_at": int(store_file.created_at.timestamp()),
        "vector_store_id": store.public_id,
        "status": "in_progress",
        "last_error": None,
        "chunking_strategy": {
            "type": "static",
            "static": {"max_chunk_size_tokens": 800, "chunk_overlap_tokens": 400},
        },
        "attributes": {},
        "filename": "wombats.txt",
        "progress": {"stage": "waiting", "chunks_done": 0, "chunks_total": None},
        "warnings": [],
    }
    assert ok(api.get(f"{url}/{file.public_id}")) == body


def test_created_at_is_the_time_of_the_attachment(api, project, url):
    file = FileFactory(project=project, created_at=timezone.now() - timedelta(days=30))

    body = ok(api.post(url, {"file_id": file.public_id}))

    assert body["created_at"] - file.created_at.timestamp() > 29 * 86400


def test_attributes_keep_their_types(api, file, url):
    attributes = {"text": "a", "int": 2026, "float": 0.5, "yes": True, "no": False, "日本": "x"}

    body = ok(api.post(url, {"file_id": file.public_id, "attributes": attributes}))

    assert body["attributes"] == attributes
    assert [type(value) for value in body["attributes"].values()] == [
        type(value) for value in attributes.values()
    ]


@pytest.mark.parametrize(
    "strategy",
    [
        {"type": "static", "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 50}},
        {"type": "static", "max_chunk_size_tokens": 100, "chunk_overlap_tokens": 50},
        {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 50},
    ],
    ids=["as specified", "flat, as OpenAI's guide has it", "without its type"],
)
def test_chunk_sizes_are_accepted_in_each_form_that_clients_use(api, file, url, strategy):
    body = ok(api.post(url, {"file_id": file.public_id, "chunking_strategy": strategy}))

    assert body["chunking_strategy"] == {
        "type": "static",
        "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 50},
    }


@pytest.mark.parametrize(("size", "overlap"), [(100, 0), (4096, 2048), (101, 50)])
def test_chunk_sizes_are_accepted_up_to_their_limits(api, file, url, size, overlap):
    static = {"max_chunk_size_tokens": size, "chunk_overlap_tokens": overlap}

    ok(
        api.post(
            url,
            {
                "file_id": file.public_id,
                "chunking_strategy": {"type": "static", "static": static},
            },
        )
    )

    store_file = VectorStoreFile.objects.get()
    assert (store_file.max_chunk_size_tokens, store_file.chunk_overlap_tokens) == (size, overlap)


def test_a_worker_is_woken_on_commit(api, file, url, sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        ok(api.post(url, {"file_id": file.public_id}))
    before = sent("ingest")

    for callback in callbacks:
        callback()

    assert (before, sent("ingest"), sent("ingest_bulk")) == (0, 1, 0)
    assert not VectorStoreFile.objects.get().bulk


def test_attaching_counts_as_activity_of_the_store(api, project, file):
    long_ago = timezone.now() - timedelta(days=1)
    store = VectorStoreFactory(
        project=project,
        last_active_at=long_ago,
        expires_after_days=2,
        expires_at=long_ago + timedelta(days=2),
    )

    ok(api.post(f"/v1/vector_stores/{store.public_id}/files", {"file_id": file.public_id}))

    store.refresh_from_db()
    assert timezone.now() - store.last_active_at < timedelta(minutes=1)
    assert store.expires_at == store.last_active_at + timedelta(days=2)


def test_attaching_again_starts_over_and_counts_once(api, store, url):
    found = searchable(store, "Wombats dig.", attributes={"old": 1})
    file_id = found.file.public_id

    body = ok(api.post(url, {"file_id": file_id, "attributes": {"new": 2}}))

    assert (body["status"], body["usage_bytes"]) == ("in_progress", 0)
    assert body["attributes"] == {"new": 2}
    counts = ok(api.get(f"/v1/vector_stores/{store.public_id}"))["file_counts"]
    assert (counts["in_progress"], counts["total"]) == (1, 1)


def test_a_file_can_be_attached_again_after_it_was_detached(api, file, url):
    ok(api.post(url, {"file_id": file.public_id}))
    ok(api.delete(f"{url}/{file.public_id}"))

    ok(api.post(url, {"file_id": file.public_id}))
    ok(api.delete(f"{url}/{file.public_id}"))
    ok(api.post(url, {"file_id": file.public_id}))

    assert VectorStoreFile.objects.live().count() == 1


def test_an_unknown_file_is_named(api, url):
    message = refused(api.post(url, {"file_id": UNKNOWN_FILE}), 404, param="file_id")

    assert message == f"No file found with id '{UNKNOWN_FILE}'."


@pytest.mark.parametrize("gone", [{"deleted_at": timezone.now()}, {"expires_at": timezone.now()}])
def test_a_deleted_or_expired_file_cannot_be_attached(api, project, url, gone):
    file = FileFactory(project=project, **gone)

    refused(api.post(url, {"file_id": file.public_id}), 404, param="file_id")

    assert not VectorStoreFile.objects.exists()


def test_a_file_of_another_project_looks_unknown(api, url):
    message = refused(api.post(url, {"file_id": FileFactory().public_id}), 404, param="file_id")

    assert message.startswith("No file found with id 'file-")
    assert not VectorStoreFile.objects.exists()


@pytest.mark.parametrize("filename", ["photo.heic", "FILM.MP4", "song.mp3", "all.tar.gz"])
def test_a_file_type_without_a_parser_is_refused_at_once(api, project, url, filename):
    file = FileFactory(project=project, filename=filename)

    message = refused(
        api.post(url, {"file_id": file.public_id}), code="unsupported_file", param="file_ids"
    )

    extension = filename[filename.rindex(".") :].lower()
    assert message.startswith(f"Files with extensions [{extension}] are not supported for ")
    assert not VectorStoreFile.objects.exists()


@pytest.mark.parametrize("filename", ["notes", "data.unknown", "sheet.xlsx", "a.csv", ".gitignore"])
def test_a_file_with_an_unusual_name_is_accepted(api, project, url, filename):
    file = FileFactory(project=project, filename=filename)

    assert ok(api.post(url, {"file_id": file.public_id}))["status"] == "in_progress"


def test_nothing_is_attached_to_an_expired_store(api, store, file, url):
    VectorStore.objects.update(expires_at=timezone.now())

    message = refused(api.post(url, {"file_id": file.public_id}))

    assert message == f"Vector store '{store.public_id}' has expired"
    assert not VectorStoreFile.objects.exists()


def test_nothing_is_attached_to_a_store_of_another_model(api, file, url):
    VectorStore.objects.update(embedding_model="another", embedding_dimensions=3)

    message = refused(api.post(url, {"file_id": file.public_id}), code="embedding_model_mismatch")

    assert "embedded with another in 3 dimensions" in message
    assert not VectorStoreFile.objects.exists()


def test_nothing_is_attached_to_an_unknown_store(api, file):
    url = f"/v1/vector_stores/{UNKNOWN_STORE}/files"

    message = refused(api.post(url, {"file_id": file.public_id}), 404)

    assert message == f"No vector store found with id '{UNKNOWN_STORE}'."


def static(size: object, overlap: object) -> dict:
    sizes = {"max_chunk_size_tokens": size, "chunk_overlap_tokens": overlap}
    return {"chunking_strategy": {"type": "static", "static": sizes}}


PLACE = "chunking_strategy.static"


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        ({"file_id": None}, "invalid_type", "file_id"),
        ({"file_id": 5}, "invalid_type", "file_id"),
        ({"file_id": "notes.txt"}, "invalid_value", "file_id"),
        ({"file_id": ""}, "invalid_value", "file_id"),
        ({"file_id": "file-\x00"}, "invalid_value", "file_id"),
        ({"file_ids": []}, "unknown_parameter", "file_ids"),
        ({"attributes": ["a"]}, "invalid_type", "attributes"),
        ({"attributes": {"k": None}}, "invalid_type", "attributes.k"),
        ({"attributes": {"k": ["a"]}}, "invalid_type", "attributes.k"),
        ({"attributes": {"k": {"a": 1}}}, "invalid_type", "attributes.k"),
        ({"attributes": {"k": "v" * 513}}, "string_above_max_length", "attributes.k"),
        ({"attributes": {"k": "a\x00"}}, "invalid_value", "attributes.k"),
        ({"attributes": {"k" * 65: 1}}, "property_name_above_max_length", "attributes"),
        ({"attributes": {"k\x00": 1}}, "invalid_value", "attributes"),
        (
            {"attributes": {str(number): 1 for number in range(17)}},
            "object_above_max_properties",
            "attributes",
        ),
        ({"chunking_strategy": "auto"}, "invalid_type", "chunking_strategy"),
        ({"chunking_strategy": {}}, "missing_required_parameter", "chunking_strategy.type"),
        ({"chunking_strategy": {"type": "other"}}, "invalid_value", "chunking_strategy.type"),
        ({"chunking_strategy": {"type": "static"}}, "missing_required_parameter", PLACE),
        (
            {"chunking_strategy": {"type": "auto", "size": 1}},
            "unknown_parameter",
            "chunking_strategy.size",
        ),
        (static(99, 0), "integer_below_min_value", f"{PLACE}.max_chunk_size_tokens"),
        (static(4097, 0), "integer_above_max_value", f"{PLACE}.max_chunk_size_tokens"),
        (static(True, 0), "invalid_type", f"{PLACE}.max_chunk_size_tokens"),
        (static(100.0, 0), "invalid_type", f"{PLACE}.max_chunk_size_tokens"),
        (static("100", 0), "invalid_type", f"{PLACE}.max_chunk_size_tokens"),
        (static(100, 51), "integer_above_max_value", f"{PLACE}.chunk_overlap_tokens"),
        (static(101, 51), "integer_above_max_value", f"{PLACE}.chunk_overlap_tokens"),
        (static(100, -1), "integer_below_min_value", f"{PLACE}.chunk_overlap_tokens"),
        (static(100, False), "invalid_type", f"{PLACE}.chunk_overlap_tokens"),
        (static(100, None), "invalid_type", f"{PLACE}.chunk_overlap_tokens"),
    ],
)
def test_an_invalid_body_is_refused_and_attaches_nothing(api, file, url, body, code, param):
    refused(api.post(url, {"file_id": file.public_id, **body}), code=code, param=param)

    assert not VectorStoreFile.objects.exists()


def test_the_file_id_is_required(api, url):
    message = refused(api.post(url, {}), code="missing_required_parameter", param="file_id")

    assert message == "Missing required parameter: 'file_id'."
