"""POST /v1/files"""

import hashlib
import time
from typing import Any

import pytest

from tests.factories import FileFactory
from tests.vectorstores.api.answers import ids, ok, refused
from tests.vectorstores.api.uploads import field, file_part, post_form, stored_bytes, upload
from vectorstores.models import File
from vectorstores.services import files


def test_a_file_is_stored_and_returned(api, project):
    body = ok(upload(api, b"Wombats dig.", name="wombats.txt"))

    file = File.objects.get()
    assert body == {
        "id": file.public_id,
        "object": "file",
        "bytes": 12,
        "created_at": int(file.created_at.timestamp()),
        "filename": "wombats.txt",
        "purpose": "assistants",
        "status": "processed",
    }
    assert abs(body["created_at"] - time.time()) < 60
    assert file.project == project
    assert file.sha256 == hashlib.sha256(b"Wombats dig.").hexdigest()
    assert stored_bytes(file) == b"Wombats dig."


def test_a_slow_upload_is_not_missed_by_a_client_that_pages_meanwhile(api, project):
    seen = []

    body = ok(
        post_form(
            api,
            field("purpose", "assistants"),
            file_part(b"x", "slow.txt"),
            halfway=lambda: seen.append(FileFactory(project=project).public_id),
        )
    )

    assert ids(api.get("/v1/files", {"order": "asc", "after": seen[0]})) == [body["id"]]


@pytest.mark.parametrize(
    "purpose", ["assistants", "batch", "fine-tune", "vision", "user_data", "evals"]
)
def test_every_purpose_is_accepted_and_returned(api, purpose):
    assert ok(upload(api, purpose=purpose, name="notes.jsonl"))["purpose"] == purpose


def test_a_batch_file_expires_after_30_days(api):
    body = ok(upload(api, b"{}", purpose="batch", name="requests.JSONL"))

    assert body["expires_at"] == body["created_at"] + 30 * 24 * 3600


def test_a_batch_file_expires_when_requested(api):
    expiry = {"expires_after[anchor]": "created_at", "expires_after[seconds]": "3600"}

    body = ok(upload(api, b"{}", purpose="batch", name="requests.jsonl", **expiry))

    assert body["expires_at"] == body["created_at"] + 3600


@pytest.mark.parametrize("name", ["requests.json", "requests.txt", "jsonl"])
def test_a_batch_file_must_be_jsonl(api, name):
    message = refused(upload(api, b"{}", purpose="batch", name=name))

    assert message == "Invalid file format for Batch API. Must be .jsonl"
    assert not File.objects.exists()


def test_a_batch_file_has_its_own_size_limit(api, monkeypatch):
    monkeypatch.setattr(files, "BATCH_FILE_BYTES", 10)

    ok(upload(api, b"x" * 10, purpose="batch", name="requests.jsonl"))
    message = refused(upload(api, b"x" * 11, purpose="batch", name="requests.jsonl"))

    assert message == "File is too large."


def test_an_empty_file_is_stored(api):
    assert ok(upload(api, b""))["bytes"] == 0


def test_every_byte_of_a_file_is_stored(api):
    content = bytes(range(256)) * 1000

    upload(api, content)

    assert stored_bytes(File.objects.get()) == content


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Bericht über Wombats.md", "Bericht über Wombats.md"),
        ("日本語.txt", "日本語.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Documents\\plan.docx", "plan.docx"),
        ("no extension", "no extension"),
        (".txt", ".txt"),
        ("a&amp;b.txt", "a&amp;b.txt"),
    ],
)
def test_directories_are_removed_from_a_filename(api, sent, kept):
    body = ok(post_form(api, field("purpose", "assistants"), file_part(b"x", sent)))

    assert body["filename"] == kept


def test_a_very_long_filename_is_shortened_before_its_extension(api):
    body = ok(post_form(api, field("purpose", "assistants"), file_part(b"x", "n" * 300 + ".txt")))

    assert len(body["filename"]) == 255
    assert body["filename"].endswith("n.txt")


def test_the_storage_path_does_not_contain_the_filename(api):
    upload(api, name="secret plans.txt")

    file = File.objects.get()
    assert "secret" not in file.content.name
    assert file.content.name.endswith(file.pk.hex)


def test_two_files_can_have_the_same_name(api):
    first, second = ok(upload(api, b"one")), ok(upload(api, b"two"))

    assert first["id"] != second["id"]
    assert [stored_bytes(file) for file in File.objects.order_by("created_at")] == [b"one", b"two"]


def test_an_expiry_counts_from_creation(api):
    form: dict[str, Any] = {"expires_after[anchor]": "created_at", "expires_after[seconds]": "3600"}

    body = ok(upload(api, **form))

    assert body["expires_at"] == body["created_at"] + 3600


@pytest.mark.parametrize(
    ("form", "code", "param"),
    [
        ({"purpose": None}, "missing_required_parameter", "purpose"),
        ({"purpose": "everything"}, "invalid_value", "purpose"),
        ({"purpose": ""}, "invalid_value", "purpose"),
        ({"file": None}, "missing_required_parameter", "file"),
        ({"file": "text, no file"}, "invalid_type", "file"),
        ({"name2": "x"}, "unknown_parameter", "name2"),
        (
            {"expires_after[seconds]": "3600"},
            "missing_required_parameter",
            "expires_after.anchor",
        ),
        (
            {"expires_after[anchor]": "created_at"},
            "missing_required_parameter",
            "expires_after.seconds",
        ),
        (
            {"expires_after[anchor]": "last_active_at", "expires_after[seconds]": "3600"},
            "invalid_value",
            "expires_after.anchor",
        ),
        (
            {"expires_after[anchor]": "created_at", "expires_after[seconds]": "3599"},
            "integer_below_min_value",
            "expires_after.seconds",
        ),
        (
            {"expires_after[anchor]": "created_at", "expires_after[seconds]": "2592001"},
            "integer_above_max_value",
            "expires_after.seconds",
        ),
        (
            {"expires_after[anchor]": "created_at", "expires_after[seconds]": "an hour"},
            "invalid_type",
            "expires_after.seconds",
        ),
        (
            {"expires_after[anchor]": "created_at", "expires_after[days]": "1"},
            "unknown_parameter",
            "expires_after.days",
        ),
        ({"expires_after": "3600"}, "invalid_type", "expires_after"),
    ],
)
def test_an_invalid_form_is_refused_and_nothing_is_stored(api, form, code, param):
    refused(upload(api, **form), code=code, param=param)

    assert not File.objects.exists()


def test_a_purpose_sent_as_a_file_is_refused(api):
    part = file_part(b"assistants", "purpose.txt").replace(b'name="file"', b'name="purpose"')

    response = post_form(api, part, file_part(b"x", "a.txt"))

    refused(response, code="invalid_type", param="purpose")


def test_a_file_that_is_too_large_is_refused(api, settings):
    settings.MAX_FILE_BYTES = 100

    message = refused(upload(api, b"x" * 101), 413, code="request_too_large")

    assert message == "File is too large. At most 100 bytes are taken."
    assert not File.objects.exists()


def test_a_file_of_exactly_the_largest_size_is_stored(api, settings):
    settings.MAX_FILE_BYTES = 100

    assert ok(upload(api, b"x" * 100))["bytes"] == 100


def test_a_body_far_too_large_is_refused_before_it_is_read(api, settings):
    settings.MAX_UPLOAD_BYTES = 100

    response = api.generic(
        "POST", "/v1/files", b"--unread", content_type="multipart/form-data", CONTENT_LENGTH="99999"
    )

    refused(response, 413, code="request_too_large")


def test_a_form_field_that_is_too_large_is_refused(api, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    response = upload(api, purpose="p" * 2000)

    refused(response, 413, code="request_too_large")


def test_a_form_with_too_many_fields_is_refused(api, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 5

    fields: dict[str, Any] = {f"field{number}": "x" for number in range(9)}

    response = upload(api, **fields)

    assert refused(response) == "The form has too many fields."


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "multipart/form-data"),
        (b"nonsense", "multipart/form-data; boundary="),
        (b"--frontier", "multipart/form-data; boundary=" + "b" * 300),
    ],
)
def test_a_form_without_a_boundary_is_refused(api, body, content_type):
    refused(api.generic("POST", "/v1/files", body or b" ", content_type=content_type))


def test_a_form_that_breaks_off_is_refused(api):
    response = api.generic(
        "POST",
        "/v1/files",
        b'--frontier\r\nContent-Disposition: form-data; name="fi',
        content_type="multipart/form-data; boundary=frontier",
    )

    refused(response, code="missing_required_parameter", param="file")


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", ""])
def test_a_body_that_is_not_a_form_is_refused(api, content_type):
    response = api.generic("POST", "/v1/files", b'{"purpose": "a"}', content_type=content_type)

    refused(response, 415)
