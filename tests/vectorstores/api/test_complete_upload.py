"""POST /v1/uploads/{upload_id}/complete"""

import hashlib
from datetime import timedelta
from itertools import permutations

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from tests.factories import UploadFactory, UploadPartFactory
from tests.vectorstores.api.answers import UNKNOWN_FILE, UNKNOWN_PART, UNKNOWN_UPLOAD, ok, refused
from tests.vectorstores.api.parts import complete, send, send_all
from tests.vectorstores.api.uploads import stored_bytes
from tests.vectorstores.storage import halfway, stored_names
from vectorstores.models import File, Upload, UploadPart
from vectorstores.services import joining

WOMBATS = b"Wombats dig."
MD5 = hashlib.md5(WOMBATS).hexdigest()


@pytest.fixture
def upload(project) -> Upload:
    return UploadFactory(project=project, filename="wombats.txt")


def assert_pending(upload: Upload) -> None:
    upload.refresh_from_db()
    assert upload.status(timezone.now()) == "pending"
    assert not File.objects.exists()
    assert not UploadPart.objects.filter(content="").exists()


def test_the_parts_become_a_file(api, project, upload):
    part_ids = send_all(api, upload, b"Wom", b"bats ", b"dig.")

    body = ok(complete(api, upload, part_ids))

    file = File.objects.get()
    assert body == {
        "id": upload.public_id,
        "object": "upload",
        "bytes": 12,
        "created_at": int(upload.created_at.timestamp()),
        "filename": "wombats.txt",
        "purpose": "assistants",
        "status": "completed",
        "expires_at": int(upload.created_at.timestamp()) + 3600,
        "file": ok(api.get(f"/v1/files/{file.public_id}")),
    }
    assert (body["file"]["filename"], body["file"]["bytes"]) == ("wombats.txt", 12)
    assert "expires_at" not in body["file"]
    assert file.project == project
    assert file.sha256 == hashlib.sha256(WOMBATS).hexdigest()
    assert stored_bytes(file) == WOMBATS


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_parts_are_joined_in_the_order_they_are_named(api, project, order):
    texts = [b"one ", b"two ", b"four"]
    upload = UploadFactory(project=project)
    part_ids = send_all(api, upload, *texts)

    ok(complete(api, upload, [part_ids[index] for index in order]))

    assert stored_bytes(File.objects.get()) == b"".join(texts[index] for index in order)


def test_parts_that_the_request_does_not_name_are_left_out(api, upload):
    _lost, *part_ids = send_all(api, upload, b"Wombats", b"Wombats", b" dig.")

    ok(complete(api, upload, part_ids))

    assert stored_bytes(File.objects.get()) == WOMBATS


def test_an_upload_without_parts_becomes_an_empty_file(api, project):
    upload = UploadFactory(project=project, bytes=0)

    body = ok(complete(api, upload, [], md5="d41d8cd98f00b204e9800998ecf8427e"))

    assert body["file"]["bytes"] == 0
    assert stored_bytes(File.objects.get()) == b""


def test_empty_parts_are_joined_with_the_others(api, upload):
    part_ids = send_all(api, upload, b"", b"Wombats", b"", b" dig.", b"")

    ok(complete(api, upload, part_ids))

    assert stored_bytes(File.objects.get()) == WOMBATS


@pytest.mark.parametrize("md5", [None, MD5, MD5.upper()])
def test_a_checksum_is_compared_without_regard_to_case(api, upload, md5):
    ok(complete(api, upload, send_all(api, upload, WOMBATS), md5=md5))


def test_the_file_is_dated_once_it_is_joined(api, upload, monkeypatch):
    part_ids, joined_at = send_all(api, upload, WOMBATS), []
    halfway(monkeypatch, lambda: joined_at.append(timezone.now()))

    ok(complete(api, upload, part_ids))

    file, upload = File.objects.get(), Upload.objects.get()
    assert upload.completed_at == file.created_at > joined_at[0]


def test_an_upload_that_expires_while_it_is_joined_is_completed(api, upload, monkeypatch):
    part_ids = send_all(api, upload, WOMBATS)
    halfway(monkeypatch, lambda: Upload.objects.update(expires_at=timezone.now()))

    assert ok(complete(api, upload, part_ids))["status"] == "completed"


def test_the_files_expiry_counts_from_its_own_creation(api, project):
    upload = UploadFactory(
        project=project,
        created_at=timezone.now() - timedelta(minutes=30),
        expires_after=timedelta(seconds=3600),
    )

    file = ok(complete(api, upload, send_all(api, upload, WOMBATS)))["file"]

    assert file["expires_at"] == file["created_at"] + 3600
    assert file["created_at"] > int(upload.created_at.timestamp()) + 1700


def test_a_batch_file_expires_after_30_days(api, project):
    upload = UploadFactory(project=project, purpose="batch", filename="lines.jsonl")

    file = ok(complete(api, upload, send_all(api, upload, WOMBATS)))["file"]

    assert file["expires_at"] == file["created_at"] + 30 * 86400


def test_the_file_of_an_upload_is_like_any_other(api, store, upload):
    file = ok(complete(api, upload, send_all(api, upload, WOMBATS)))["file"]

    assert api.get("/v1/files").json()["data"] == [file]
    ok(api.post(f"/v1/vector_stores/{store.public_id}/files", {"file_id": file["id"]}))
    content = api.get(f"/v1/files/{file['id']}/content")
    assert b"".join(content.streaming_content) == WOMBATS
    ok(api.delete(f"/v1/files/{file['id']}"))


def test_repeating_the_request_gives_the_same_file(api, upload):
    part_ids = send_all(api, upload, b"Wombats", b" dig.")
    first = ok(complete(api, upload, part_ids))

    again, with_md5 = complete(api, upload, part_ids), complete(api, upload, part_ids, md5=MD5)

    assert ok(again) == ok(with_md5) == first
    assert File.objects.count() == 1


def test_repeating_the_request_works_after_the_upload_would_have_expired(api, upload):
    part_ids = send_all(api, upload, WOMBATS)
    first = ok(complete(api, upload, part_ids))
    Upload.objects.update(expires_at=upload.created_at)
    UploadPart.objects.all().delete()

    again = ok(complete(api, upload, part_ids))

    assert again["file"] == first["file"]
    assert again["status"] == "completed"


@pytest.mark.parametrize("change", ["order", "fewer", "md5"])
def test_a_different_request_after_the_completion_is_refused(api, upload, change):
    one, two = send_all(api, upload, b"Wombats", b" dig.")
    ok(complete(api, upload, [one, two]))
    wanted = {"order": [two, one], "fewer": [one], "md5": [one, two]}[change]

    response = complete(api, upload, wanted, md5="0" * 32 if change == "md5" else None)

    message = refused(response, param="upload_id")
    assert message == f"Upload '{upload.public_id}' is already completed."
    assert stored_bytes(File.objects.get()) == WOMBATS


@pytest.mark.parametrize("gone", ["deleted_at", "expires_at"])
def test_a_completed_upload_does_not_show_a_deleted_or_expired_file(api, upload, gone):
    part_ids = send_all(api, upload, WOMBATS)
    ok(complete(api, upload, part_ids))
    File.objects.update(**{gone: timezone.now()})

    again = ok(complete(api, upload, part_ids))

    assert again["status"] == "completed"
    assert "file" not in again


def test_waiting_too_long_for_another_completion_is_answered_with_503(api, upload, monkeypatch):
    monkeypatch.setattr(joining, "PATIENCE", 0.0)
    part_ids = send_all(api, upload, WOMBATS)

    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [upload.pk.int % 2**63])
        response = complete(api, upload, part_ids)

    message = refused(response, 503)
    assert message == "The engine is currently overloaded, please try again later"
    assert_pending(upload)


@pytest.mark.parametrize(
    ("params", "code", "param", "message"),
    [
        (
            {"part_ids": None},
            "invalid_type",
            "part_ids",
            "Invalid type for 'part_ids': expected an array, but got null instead.",
        ),
        (
            {"part_ids": "part_1"},
            "invalid_type",
            "part_ids",
            "Invalid type for 'part_ids': expected an array, but got a string instead.",
        ),
        (
            {"part_ids": [5]},
            "invalid_type",
            "part_ids[0]",
            "Invalid type for 'part_ids[0]': expected a string, but got an integer instead.",
        ),
        (
            {"part_ids": [UNKNOWN_PART, UNKNOWN_FILE]},
            "invalid_value",
            "part_ids[1]",
            f"Invalid 'part_ids[1]': '{UNKNOWN_FILE}'. Expected an ID that begins with 'part_'.",
        ),
        (
            {"part_ids": [UNKNOWN_PART] * 10_001},
            "array_above_max_length",
            "part_ids",
            "Invalid 'part_ids': array too long. Expected an array with maximum length 10000, "
            "but got an array with length 10001 instead.",
        ),
        (
            {"md5": "5" * 31},
            "invalid_value",
            "md5",
            "Invalid 'md5': expected 32 hexadecimal digits.",
        ),
        (
            {"md5": "g" * 32},
            "invalid_value",
            "md5",
            "Invalid 'md5': expected 32 hexadecimal digits.",
        ),
        ({"sha256": MD5}, "unknown_parameter", "sha256", "Unknown parameter: 'sha256'."),
    ],
)
def test_invalid_parameters_are_refused(api, upload, params, code, param, message):
    response = complete(api, upload, **{"part_ids": [], **params})

    assert refused(response, code=code, param=param) == message
    assert_pending(upload)


def test_the_part_ids_are_required(api, upload):
    response = api.post(f"/v1/uploads/{upload.public_id}/complete", {})

    message = refused(response, code="missing_required_parameter", param="part_ids")

    assert message == "Missing required parameter: 'part_ids'."


def test_an_unknown_part_is_named(api, upload):
    response = complete(api, upload, [*send_all(api, upload, WOMBATS), UNKNOWN_PART])

    message = refused(response, code="invalid_value", param="part_ids")

    assert message == f"Upload '{upload.public_id}' has no part '{UNKNOWN_PART}'."
    assert_pending(upload)


def test_a_part_of_another_upload_is_unknown(api, project, upload):
    other = UploadPartFactory(upload__project=project)

    response = complete(api, upload, [other.public_id])

    message = refused(response, code="invalid_value", param="part_ids")
    assert message == f"Upload '{upload.public_id}' has no part '{other.public_id}'."
    assert_pending(upload)


def test_a_part_that_has_not_arrived_is_unknown(api, upload):
    arriving = UploadPartFactory(upload=upload, content="")

    response = complete(api, upload, [arriving.public_id])

    message = refused(response, code="invalid_value", param="part_ids")
    assert message == f"Upload '{upload.public_id}' has no part '{arriving.public_id}'."


def test_a_part_named_twice_is_refused(api, upload):
    one, two = send_all(api, upload, b"Wombats", b" dig.")

    message = refused(
        complete(api, upload, [one, two, one]), code="invalid_value", param="part_ids"
    )

    assert message == f"Part '{one}' is named twice."
    assert_pending(upload)


@pytest.mark.parametrize("text", [b"Wombats dig", b"Wombats dig.."])
def test_parts_whose_total_is_not_the_declared_size_are_refused(api, upload, text):
    response = complete(api, upload, send_all(api, upload, text))

    message = refused(response, code="invalid_value", param="part_ids")

    assert message == (
        f"The parts have {len(text)} bytes in total, but the upload was created for 12."
    )
    assert_pending(upload)


def test_a_wrong_checksum_is_refused_and_leaves_no_bytes(api, upload):
    part_ids = send_all(api, upload, WOMBATS)
    wrong = hashlib.md5(b"Wombats sleep").hexdigest()

    message = refused(complete(api, upload, part_ids, md5=wrong), code="invalid_value", param="md5")

    assert message == (f"The MD5 checksum of the parts, in this order, is {MD5} and not {wrong}.")
    assert_pending(upload)
    assert stored_names(upload.project) == {UploadPart.objects.get().content.name}


def test_an_upload_can_be_completed_after_a_refused_request(api, upload):
    short = send_all(api, upload, b"Wombats")
    refused(complete(api, upload, short), code="invalid_value", param="part_ids")
    part_ids = short + send_all(api, upload, b" dig.")
    refused(complete(api, upload, part_ids, md5="0" * 32), code="invalid_value", param="md5")

    assert ok(complete(api, upload, part_ids))["status"] == "completed"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cancelled_at": timezone.now()}, "was cancelled."),
        ({"expires_at": timezone.now()}, "has expired."),
    ],
)
def test_an_upload_that_has_ended_is_not_completed(api, upload, changes, message):
    part_ids = send_all(api, upload, WOMBATS)
    Upload.objects.update(**changes)

    refusal = refused(complete(api, upload, part_ids), param="upload_id")

    assert refusal == f"Upload '{upload.public_id}' {message}"
    assert not File.objects.exists()


def test_a_completed_upload_accepts_no_more_parts(api, upload):
    ok(complete(api, upload, send_all(api, upload, WOMBATS)))

    message = refused(send(api, upload, b"more"), param="upload_id")

    assert message == f"Upload '{upload.public_id}' is already completed."


def test_an_unknown_upload_is_named(api):
    response = api.post(f"/v1/uploads/{UNKNOWN_UPLOAD}/complete", {"part_ids": []})

    assert refused(response, 404, param="id") == f"No such Upload object: {UNKNOWN_UPLOAD}"
