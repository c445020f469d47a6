"""POST /v1/uploads"""

from datetime import timedelta

import pytest

from tests.vectorstores.api.answers import ok, refused
from tests.vectorstores.api.parts import create_upload
from vectorstores.models import File, Upload


def test_an_upload_is_pending_for_an_hour(api, project):
    body = ok(create_upload(api, 2_147_483_648, filename="training.jsonl", purpose="fine-tune"))

    upload = Upload.objects.get()
    assert body == {
        "id": upload.public_id,
        "object": "upload",
        "bytes": 2_147_483_648,
        "created_at": int(upload.created_at.timestamp()),
        "filename": "training.jsonl",
        "purpose": "fine-tune",
        "status": "pending",
        "expires_at": body["created_at"] + 3600,
    }
    assert upload.project == project
    assert upload.mime_type == "text/plain"
    assert upload.expires_at - upload.created_at == timedelta(hours=1)
    assert not File.objects.exists()


@pytest.mark.parametrize(
    "purpose", ["assistants", "batch", "fine-tune", "vision", "user_data", "evals"]
)
def test_every_purpose_is_accepted_and_returned(api, purpose):
    assert ok(create_upload(api, filename="lines.jsonl", purpose=purpose))["purpose"] == purpose


@pytest.mark.parametrize("size", [0, 1, 8_589_934_592])
def test_a_file_can_have_up_to_8_gigabytes(api, size):
    assert ok(create_upload(api, size))["bytes"] == size


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Bericht über Wombats.md", "Bericht über Wombats.md"),
        ("日本語.txt", "日本語.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Documents\\plan.docx", "plan.docx"),
        ("a&amp;b.txt", "a&amp;b.txt"),
        ("two\r\nlines.txt", "twolines.txt"),
    ],
)
def test_directories_are_removed_from_a_filename(api, sent, kept):
    assert ok(create_upload(api, filename=sent))["filename"] == kept


@pytest.mark.parametrize("expires_after", [None, {"anchor": "created_at", "seconds": 2_592_000}])
def test_the_requested_expiry_applies_to_the_file_and_not_to_the_upload(api, expires_after):
    body = ok(create_upload(api, expires_after=expires_after))

    assert body["expires_at"] == body["created_at"] + 3600


@pytest.mark.parametrize(
    ("params", "code", "param", "message"),
    [
        (
            {"bytes": -1},
            "integer_below_min_value",
            "bytes",
            "Invalid 'bytes': integer below minimum value. "
            "Expected a value >= 0, but got -1 instead.",
        ),
        (
            {"bytes": 8_589_934_593},
            "integer_above_max_value",
            "bytes",
            "Invalid 'bytes': integer above maximum value. "
            "Expected a value <= 8589934592, but got 8589934593 instead.",
        ),
        (
            {"bytes": "12"},
            "invalid_type",
            "bytes",
            "Invalid type for 'bytes': expected an integer, but got a string instead.",
        ),
        (
            {"bytes": True},
            "invalid_type",
            "bytes",
            "Invalid type for 'bytes': expected an integer, but got a boolean instead.",
        ),
        (
            {"purpose": "everything"},
            "invalid_value",
            "purpose",
            "Invalid value: 'everything'. Supported values are: 'assistants', 'batch', "
            "'fine-tune', 'vision', 'user_data' and 'evals'.",
        ),
        (
            {"filename": ""},
            "string_below_min_length",
            "filename",
            "Invalid 'filename': string too short. "
            "Expected a string with minimum length 1, but got a string with length 0 instead.",
        ),
        (
            {"filename": "n" * 256},
            "string_above_max_length",
            "filename",
            "Invalid 'filename': string too long. "
            "Expected a string with maximum length 255, but got a string with length 256 instead.",
        ),
        (
            {"filename": "somewhere/.."},
            "invalid_value",
            "filename",
            "Invalid 'filename': this is no name of a file.",
        ),
        (
            {"mime_type": 5},
            "invalid_type",
            "mime_type",
            "Invalid type for 'mime_type': expected a string, but got an integer instead.",
        ),
        (
            {"expires_after": {"anchor": "created_at", "seconds": "3600"}},
            "invalid_type",
            "expires_after.seconds",
            "Invalid type for 'expires_after.seconds': "
            "expected an integer, but got a string instead.",
        ),
        (
            {"expires_after": {"anchor": "created_at", "seconds": 3599}},
            "integer_below_min_value",
            "expires_after.seconds",
            "Invalid 'expires_after.seconds': integer below minimum value. "
            "Expected a value >= 3600, but got 3599 instead.",
        ),
        (
            {"expires_after": {"anchor": "created_at", "seconds": 2_592_001}},
            "integer_above_max_value",
            "expires_after.seconds",
            "Invalid 'expires_after.seconds': integer above maximum value. "
            "Expected a value <= 2592000, but got 2592001 instead.",
        ),
        (
            {"expires_after": {"anchor": "last_active_at", "seconds": 3600}},
            "invalid_value",
            "expires_after.anchor",
            "Invalid value: 'last_active_at'. Supported values are: 'created_at'.",
        ),
        ({"parts": 2}, "unknown_parameter", "parts", "Unknown parameter: 'parts'."),
        (
            {"expires_after[seconds]": 3600},
            "unknown_parameter",
            "expires_after[seconds]",
            "Unknown parameter: 'expires_after[seconds]'.",
        ),
    ],
)
def test_invalid_parameters_are_refused_and_nothing_is_stored(api, params, code, param, message):
    assert refused(create_upload(api, **params), code=code, param=param) == message

    assert not Upload.objects.exists()


@pytest.mark.parametrize("name", ["filename", "purpose", "bytes", "mime_type"])
def test_all_parameters_but_the_expiry_are_required(api, name):
    body = {"filename": "a.txt", "purpose": "assistants", "bytes": 1, "mime_type": "text/plain"}
    del body[name]

    message = refused(api.post("/v1/uploads", body), code="missing_required_parameter", param=name)

    assert message == f"Missing required parameter: '{name}'."


def test_a_batch_file_is_refused_before_its_parts_are_sent(api):
    wrong_name = create_upload(api, purpose="batch", filename="lines.txt")
    too_large = create_upload(api, 200 * 1024**2 + 1, purpose="batch", filename="lines.jsonl")

    assert refused(wrong_name) == "Invalid file format for Batch API. Must be .jsonl"
    assert refused(too_large) == "File is too large."
    assert not Upload.objects.exists()
