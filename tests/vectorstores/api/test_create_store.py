"""POST /v1/vector_stores"""

import pytest

from tests.factories import FileFactory
from tests.vectorstores.api.answers import UNKNOWN_FILE, ok, refused
from vectorstores.models import VectorStore, VectorStoreFile


def test_a_store_is_created_from_an_empty_body(api, project, settings):
    body = ok(api.post("/v1/vector_stores", {}))

    store = VectorStore.objects.get()
    created_at = int(store.created_at.timestamp())
    assert body == {
        "id": store.public_id,
        "object": "vector_store",
        "created_at": created_at,
        "name": "",
        "description": None,
        "usage_bytes": 0,
        "file_counts": {
            "in_progress": 0,
            "completed": 0,
            "failed": 0,
            "cancelled": 0,
            "total": 0,
        },
        "status": "completed",
        "expires_at": None,
        "last_active_at": created_at,
        "metadata": {},
        "embedding_model": settings.EMBEDDING_MODEL,
    }
    assert store.project == project
    assert (store.embedding_model, store.embedding_dimensions) == (
        settings.EMBEDDING_MODEL,
        settings.EMBEDDING_DIMENSIONS,
    )


def test_a_store_can_use_another_model_of_the_server(api, settings):
    settings.EMBEDDING_MODELS = {"BAAI/bge-m3": {"dimensions": 64}}

    body = ok(api.post("/v1/vector_stores", {"embedding_model": "BAAI/bge-m3"}))

    store = VectorStore.objects.get()
    assert body["embedding_model"] == store.embedding_model == "BAAI/bge-m3"
    assert store.embedding_dimensions == 64


@pytest.mark.parametrize("given", [{"embedding_model": "hashing"}, {"embedding_model": None}])
def test_the_default_model_is_used_with_and_without_its_name(api, settings, given):
    settings.EMBEDDING_MODELS = {"BAAI/bge-m3": {"dimensions": 64}}

    assert ok(api.post("/v1/vector_stores", given))["embedding_model"] == "hashing"


@pytest.mark.parametrize("name", ["text-embedding-9", "ada", "HASHING", ""])
def test_an_unknown_embedding_model_is_refused(api, settings, name):
    # An alias is refused too, because a store shows the real name of its model.
    settings.EMBEDDING_MODELS = {"BAAI/bge-m3": {"dimensions": 64}}
    settings.EMBEDDING_MODEL_ALIASES = ["ada"]

    response = api.post("/v1/vector_stores", {"embedding_model": name})

    assert refused(response, code="invalid_value", param="embedding_model") == (
        f"Invalid value: '{name}'. Supported values are: 'hashing' and 'BAAI/bge-m3'."
    )
    assert not VectorStore.objects.exists()


def test_a_store_is_created_without_a_body(api):
    ok(api.post("/v1/vector_stores"))

    assert VectorStore.objects.count() == 1


def test_the_given_fields_are_stored(api):
    asked = {"name": "Field notes 日本", "description": "Of wombats", "metadata": {"team": "zoo"}}

    body = ok(api.post("/v1/vector_stores", asked))

    assert {key: body[key] for key in asked} == asked


def test_an_expiry_counts_from_the_last_activity(api):
    policy = {"anchor": "last_active_at", "days": 7}

    body = ok(api.post("/v1/vector_stores", {"expires_after": policy}))

    assert body["expires_after"] == policy
    assert body["expires_at"] == body["last_active_at"] + 7 * 86400


def test_files_are_attached_on_creation(api, project):
    files = [FileFactory(project=project) for _ in range(3)]
    static = {"max_chunk_size_tokens": 200, "chunk_overlap_tokens": 50}

    body = ok(
        api.post(
            "/v1/vector_stores",
            {
                "file_ids": [file.public_id for file in files],
                "chunking_strategy": {"type": "static", "static": static},
            },
        )
    )

    assert body["status"] == "in_progress"
    assert (body["file_counts"]["in_progress"], body["file_counts"]["total"]) == (3, 3)
    assert set(VectorStoreFile.objects.values_list("file", flat=True)) == {f.pk for f in files}
    sizes = VectorStoreFile.objects.values_list("max_chunk_size_tokens", "chunk_overlap_tokens")
    assert set(sizes) == {(200, 50)}


def test_files_attached_with_the_store_wait_behind_single_ones(
    api, project, sent, django_capture_on_commit_callbacks
):
    file = FileFactory(project=project)

    with django_capture_on_commit_callbacks(execute=True):
        ok(api.post("/v1/vector_stores", {"file_ids": [file.public_id]}))

    assert VectorStoreFile.objects.get().bulk
    assert sent("ingest_bulk") == 1
    assert sent("ingest") == 0


def test_a_file_named_twice_is_attached_once(api, project):
    file_id = FileFactory(project=project).public_id

    body = ok(api.post("/v1/vector_stores", {"file_ids": [file_id, file_id]}))

    assert body["file_counts"]["total"] == 1


def test_no_store_is_created_if_a_file_is_unknown(api, project):
    known = FileFactory(project=project).public_id

    message = refused(
        api.post("/v1/vector_stores", {"file_ids": [known, UNKNOWN_FILE]}), 404, param="file_id"
    )

    assert message == f"No file found with id '{UNKNOWN_FILE}'."
    assert not VectorStore.objects.exists()
    assert not VectorStoreFile.objects.exists()


def test_no_store_is_created_if_a_file_type_is_unsupported(api, project):
    file = FileFactory(project=project, filename="song.MP3")

    message = refused(
        api.post("/v1/vector_stores", {"file_ids": [file.public_id]}),
        code="unsupported_file",
        param="file_ids",
    )

    assert "[.mp3]" in message
    assert not VectorStore.objects.exists()


def test_at_most_500_files_are_accepted(api):
    ids = [UNKNOWN_FILE] * 500

    refused(api.post("/v1/vector_stores", {"file_ids": ids}), 404, param="file_id")
    message = refused(
        api.post("/v1/vector_stores", {"file_ids": [*ids, UNKNOWN_FILE]}),
        code="array_above_max_length",
        param="file_ids",
    )

    assert message == (
        "Invalid 'file_ids': array too long. Expected an array with maximum length 500, "
        "but got an array with length 501 instead."
    )


def test_metadata_can_have_16_pairs(api):
    metadata = {f"{number:064}": "v" * 512 for number in range(16)}

    assert ok(api.post("/v1/vector_stores", {"metadata": metadata}))["metadata"] == metadata


@pytest.mark.parametrize(
    ("body", "code", "param", "message"),
    [
        ({"colour": "red"}, "unknown_parameter", "colour", "Unknown parameter: 'colour'."),
        (
            {"name": 5},
            "invalid_type",
            "name",
            "Invalid type for 'name': expected a string, but got an integer instead.",
        ),
        (
            {"name": "a\x00b"},
            "invalid_value",
            "name",
            "Invalid 'name': the string has a NUL character or a lone surrogate, which cannot be "
            "stored.",
        ),
        (
            {"metadata": []},
            "invalid_type",
            "metadata",
            "Invalid type for 'metadata': expected an object, but got an array instead.",
        ),
        (
            {"metadata": {"k": True}},
            "invalid_type",
            "metadata.k",
            "Invalid type for 'metadata.k': expected a string, but got a boolean instead.",
        ),
        (
            {"metadata": {"k": None}},
            "invalid_type",
            "metadata.k",
            "Invalid type for 'metadata.k': expected a string, but got null instead.",
        ),
        (
            {"metadata": {"k": "v" * 600}},
            "string_above_max_length",
            "metadata.k",
            "Invalid 'metadata.k': string too long. Expected a string with maximum length 512, "
            "but got a string with length 600 instead.",
        ),
        (
            {"metadata": {"k" * 65: "v"}},
            "property_name_above_max_length",
            "metadata",
            "Invalid 'metadata': property name too long. Expected a property name with maximum "
            "length 64, but got a property name with length 65 instead.",
        ),
        (
            {"metadata": {str(number): "v" for number in range(17)}},
            "object_above_max_properties",
            "metadata",
            "Invalid 'metadata': too many properties. Expected an object with at most 16 "
            "properties, but got an object with 17 properties instead.",
        ),
        (
            {"expires_after": {"anchor": "last_active_at"}},
            "missing_required_parameter",
            "expires_after.days",
            "Missing required parameter: 'expires_after.days'.",
        ),
        (
            {"expires_after": {"anchor": "created_at", "days": 1}},
            "invalid_value",
            "expires_after.anchor",
            "Invalid value: 'created_at'. Supported values are: 'last_active_at'.",
        ),
        (
            {"expires_after": {"anchor": "last_active_at", "days": 0}},
            "integer_below_min_value",
            "expires_after.days",
            "Invalid 'expires_after.days': integer below minimum value. Expected a value >= 1, "
            "but got 0 instead.",
        ),
        (
            {"expires_after": {"anchor": "last_active_at", "days": 366}},
            "integer_above_max_value",
            "expires_after.days",
            "Invalid 'expires_after.days': integer above maximum value. Expected a value <= 365, "
            "but got 366 instead.",
        ),
        (
            {"expires_after": {"anchor": "last_active_at", "days": True}},
            "invalid_type",
            "expires_after.days",
            "Invalid type for 'expires_after.days': expected an integer, but got a boolean "
            "instead.",
        ),
        (
            {"expires_after": 7},
            "invalid_type",
            "expires_after",
            "Invalid type for 'expires_after': expected an object, but got an integer instead.",
        ),
        (
            {"embedding_model": 1536},
            "invalid_type",
            "embedding_model",
            "Invalid type for 'embedding_model': expected a string, but got an integer instead.",
        ),
        (
            {"file_ids": "file-1"},
            "invalid_type",
            "file_ids",
            "Invalid type for 'file_ids': expected an array, but got a string instead.",
        ),
        (
            {"file_ids": [7]},
            "invalid_type",
            "file_ids[0]",
            "Invalid type for 'file_ids[0]': expected a string, but got an integer instead.",
        ),
        (
            {"file_ids": [UNKNOWN_FILE, "vs_1"]},
            "invalid_value",
            "file_ids[1]",
            "Invalid 'file_ids[1]': 'vs_1'. Expected an ID that begins with 'file-'.",
        ),
    ],
)
def test_an_invalid_body_is_refused_and_creates_nothing(api, body, code, param, message):
    response = api.post("/v1/vector_stores", body)

    assert refused(response, code=code, param=param) == message
    assert not VectorStore.objects.exists()
