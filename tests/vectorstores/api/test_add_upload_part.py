"""POST /v1/uploads/{upload_id}/parts"""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from tests.factories import UploadFactory, UploadPartFactory
from tests.vectorstores.api.answers import UNKNOWN_FILE, UNKNOWN_UPLOAD, ok, refused
from tests.vectorstores.api.parts import send, send_all, stored_bytes
from tests.vectorstores.api.uploads import file_part, post_form
from tests.vectorstores.storage import fails, halfway, stored_names
from vectorstores.models import Upload, UploadPart
from vectorstores.models.uploads import LIFETIME
from vectorstores.services import uploads


@pytest.fixture
def upload(project) -> Upload:
    return UploadFactory(project=project)


def upload_made(upload: Upload, *, ago: timedelta) -> None:
    made_at = timezone.now() - ago
    Upload.objects.update(created_at=made_at, expires_at=made_at + LIFETIME)


def test_a_part_is_stored_and_returned(api, upload):
    body = ok(send(api, upload, b"Wombats"))

    part = UploadPart.objects.get()
    assert body == {
        "id": part.public_id,
        "object": "upload.part",
        "created_at": int(part.created_at.timestamp()),
        "upload_id": upload.public_id,
    }
    assert part.upload == upload
    assert part.bytes == 7
    assert stored_bytes(part) == b"Wombats"


def test_the_storage_path_of_a_part_is_that_of_a_file_with_its_id(api, upload):
    send_all(api, upload, b"x")

    part = UploadPart.objects.get()
    assert part.content.name == (f"{upload.project_id.hex}/{part.pk.hex[-2:]}/{part.pk.hex}")


def test_every_byte_of_a_part_is_stored(api, upload):
    content = bytes(range(256)) * 5000

    send_all(api, upload, content)

    assert stored_bytes(UploadPart.objects.get()) == content


@pytest.mark.parametrize("text", ["Wombats dig.", "aHR0cHM6Ly8=", "日本語", "two\r\nlines\n", ""])
def test_a_part_can_be_a_text_field_as_in_openais_curl_example(api, upload, text):
    ok(send(api, upload, b"", data=text))

    part = UploadPart.objects.get()
    assert stored_bytes(part) == text.encode()
    assert part.bytes == len(text.encode())


def test_a_field_with_bytes_that_are_not_utf_8_is_refused(api, upload):
    mark, disposition = b"--frontier", b'Content-Disposition: form-data; name="data"'
    body = mark + b"\r\n" + disposition + b"\r\n\r\n\xff\xfe\r\n" + mark + b"--\r\n"

    response = api.generic(
        "POST",
        f"/v1/uploads/{upload.public_id}/parts",
        body,
        content_type="multipart/form-data; boundary=frontier",
    )

    refused(response, code="invalid_type", param="data")
    assert not UploadPart.objects.exists()


def test_a_part_can_be_empty(api, upload):
    send_all(api, upload, b"")

    assert UploadPart.objects.get().bytes == 0


def test_a_part_that_is_sent_twice_is_two_parts(api, upload):
    first, second = send_all(api, upload, b"Wombats", b"Wombats")

    assert first != second


@pytest.mark.parametrize(
    ("form", "code", "param", "message"),
    [
        (
            {"data": None},
            "missing_required_parameter",
            "data",
            "Missing required parameter: 'data'.",
        ),
        ({"index": "1"}, "unknown_parameter", "index", "Unknown parameter: 'index'."),
    ],
)
def test_an_invalid_form_is_refused_and_nothing_is_stored(api, upload, form, code, param, message):
    assert refused(send(api, upload, b"x", **form), code=code, param=param) == message

    assert not UploadPart.objects.exists()


def test_a_body_that_is_not_a_form_is_refused(api, upload):
    response = api.post(f"/v1/uploads/{upload.public_id}/parts", {"data": "x"})

    assert refused(response, 415) == 'Unsupported media type "application/json" in request.'


def test_the_limit_of_a_part_is_64_megabytes(api, upload):
    assert settings.MAX_PART_BYTES == 67_108_864


def test_a_part_that_is_too_large_is_refused(api, upload, settings):
    settings.MAX_PART_BYTES = 100

    message = refused(send(api, upload, b"x" * 101), 413, code="request_too_large", param="data")

    assert message == "A part has 100 bytes at most."
    assert not UploadPart.objects.exists()


def test_a_part_of_exactly_the_largest_size_is_stored(api, upload, settings):
    settings.MAX_PART_BYTES = 100

    send_all(api, upload, b"x" * 100)

    assert UploadPart.objects.get().bytes == 100


def test_a_body_far_too_large_is_refused_before_it_is_read(api, upload):
    response = api.generic(
        "POST",
        f"/v1/uploads/{upload.public_id}/parts",
        b"--unread",
        content_type="multipart/form-data; boundary=frontier",
        CONTENT_LENGTH=str(settings.MAX_PART_BYTES + 65_537),
    )

    message = refused(response, 413, code="request_too_large", param="data")

    assert message == "A part has 67108864 bytes at most."


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"completed_at": timezone.now()}, "is already completed."),
        ({"cancelled_at": timezone.now()}, "was cancelled."),
        ({"expires_at": timezone.now()}, "has expired."),
    ],
)
def test_an_upload_that_has_ended_accepts_no_part(api, upload, changes, message):
    Upload.objects.update(**changes)

    refusal = refused(send(api, upload, b"x"), param="upload_id")

    assert refusal == f"Upload '{upload.public_id}' {message}"
    assert not UploadPart.objects.exists()


def test_an_upload_accepts_parts_until_it_expires(api, upload):
    Upload.objects.update(expires_at=timezone.now() + timedelta(seconds=10))

    ok(send(api, upload, b"x"))


def test_a_part_is_refused_if_the_upload_expires_while_it_arrives(api, upload):
    response = post_form(
        api,
        file_part(b"x", "upload", name="data"),
        url=f"/v1/uploads/{upload.public_id}/parts",
        halfway=lambda: Upload.objects.update(expires_at=timezone.now()),
    )

    message = refused(response, param="upload_id")
    assert message == f"Upload '{upload.public_id}' has expired."
    assert not UploadPart.objects.exists()


def test_a_part_is_refused_if_the_upload_is_purged_while_it_arrives(api, upload):
    response = post_form(
        api,
        file_part(b"x", "upload", name="data"),
        url=f"/v1/uploads/{upload.public_id}/parts",
        halfway=Upload.objects.all().delete,
    )

    message = refused(response, 404, param="id")
    assert message == f"No such Upload object: {upload.public_id}"


def test_an_upload_is_unknown_after_two_hours_even_before_the_purge(api, upload):
    upload_made(upload, ago=timedelta(hours=2))

    message = refused(send(api, upload, b"x"), 404, param="id")

    assert message == f"No such Upload object: {upload.public_id}"


def test_an_expired_upload_is_known_for_two_hours(api, upload):
    upload_made(upload, ago=timedelta(hours=2, seconds=-10))

    message = refused(send(api, upload, b"x"), param="upload_id")

    assert message == f"Upload '{upload.public_id}' has expired."


def test_an_upload_that_has_ended_refuses_a_part_before_receiving_it(api, upload):
    Upload.objects.update(cancelled_at=timezone.now())

    response = api.generic(
        "POST",
        f"/v1/uploads/{upload.public_id}/parts",
        b"no form",
        content_type="multipart/form-data; boundary=frontier",
        CONTENT_LENGTH="99999999999",
    )

    assert refused(response, param="upload_id") == f"Upload '{upload.public_id}' was cancelled."


def test_an_upload_accepts_twice_its_size_and_two_more_parts(api, upload, settings):
    settings.MAX_PART_BYTES = 10  # so the upload accepts 44 bytes in total
    send_all(api, upload, *[b"x" * 10] * 4)

    message = refused(send(api, upload, b"x" * 5), param="data")

    assert message == (
        f"Upload '{upload.public_id}' takes 10000 parts and 44 bytes at most, "
        "those that were sent twice included."
    )
    ok(send(api, upload, b"x" * 4))
    assert sum(part.bytes for part in UploadPart.objects.all()) == 44


def test_the_number_of_parts_is_limited(api, upload, monkeypatch):
    monkeypatch.setattr(uploads, "MAX_PARTS", 2)
    UploadPartFactory(upload=upload, content="")  # a part that is still arriving
    send_all(api, upload, b"x")

    message = refused(send(api, upload, b"x"), param="data")

    assert message.startswith(f"Upload '{upload.public_id}' takes 2 parts and ")


def test_a_part_that_the_storage_refuses_leaves_no_row_and_no_bytes(api, upload, monkeypatch):
    halfway(monkeypatch, fails(OSError("No space left on device")))

    with pytest.raises(OSError, match="No space left"):
        send(api, upload, b"x")

    assert not UploadPart.objects.exists()
    assert stored_names(upload.project) == set()


def test_an_unknown_upload_is_named(api):
    response = api.post(f"/v1/uploads/{UNKNOWN_UPLOAD}/parts", {}, format="multipart")

    assert refused(response, 404, param="id") == f"No such Upload object: {UNKNOWN_UPLOAD}"


def test_an_id_of_another_kind_of_object_is_refused(api):
    response = api.post(f"/v1/uploads/{UNKNOWN_FILE}/parts", {}, format="multipart")

    assert refused(response, code="invalid_value", param="upload_id") == (
        f"Invalid 'upload_id': '{UNKNOWN_FILE}'. Expected an ID that begins with 'upload_'."
    )
