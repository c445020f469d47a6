"""Handwritten forms: declared charsets and repeated fields."""

import pytest

from tests.factories import UploadFactory
from tests.vectorstores.api import parts
from tests.vectorstores.api.answers import ok, refused
from tests.vectorstores.api.uploads import field, file_part, post_form, stored_bytes
from vectorstores.models import File, Upload, UploadPart

PURPOSE = field("purpose", "assistants")
NAMED = ["utf-8", "us-ascii", "iso-8859-1", "utf-16", "idna", "punycode", "undefined", "no-such"]


@pytest.fixture
def upload(project) -> Upload:
    return UploadFactory(project=project)


def url_of(upload: Upload) -> str:
    return f"/v1/uploads/{upload.public_id}/parts"


@pytest.mark.parametrize("charset", NAMED)
def test_a_file_is_read_the_same_whatever_charset_its_form_declares(api, charset):
    form = [PURPOSE, file_part("größer".encode(), "größer 日本.txt")]

    body = ok(post_form(api, *form, charset=f"; charset={charset}"))

    assert (body["filename"], body["purpose"]) == ("größer 日本.txt", "assistants")
    assert stored_bytes(File.objects.get()) == "größer".encode()


@pytest.mark.parametrize("charset", NAMED)
def test_a_text_part_is_stored_as_sent_whatever_charset_its_form_declares(api, upload, charset):
    ok(post_form(api, field("data", "größer"), url=url_of(upload), charset=f"; charset={charset}"))

    assert parts.stored_bytes(UploadPart.objects.get()) == "größer".encode()


@pytest.mark.parametrize("charset", NAMED)
def test_a_text_part_that_is_not_utf_8_is_refused(api, upload, charset):
    latin = field("data", "") + "größer".encode("iso-8859-1")

    response = post_form(api, latin, url=url_of(upload), charset=f"; charset={charset}")

    message = refused(response, code="invalid_type", param="data")
    assert message == "Invalid type for 'data': expected a file, but got a string instead."
    assert not UploadPart.objects.exists()


@pytest.mark.parametrize("charset", NAMED)
def test_a_field_that_is_not_utf_8_is_an_invalid_value(api, charset):
    purpose = field("purpose", "") + b"\xff\xfe\x00"

    response = post_form(api, purpose, file_part(b"x", "a.txt"), charset=f"; charset={charset}")

    message = refused(response, code="invalid_value", param="purpose")
    assert message.startswith("Invalid value: '\ufffd\ufffd\x00'. Supported values are: ")


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("file", [PURPOSE, file_part(b"one", "a.txt"), file_part(b"two", "b.txt")]),
        ("file", [PURPOSE, field("file", "one"), file_part(b"two", "b.txt")]),
        ("purpose", [PURPOSE, field("purpose", "batch"), file_part(b"x", "a.txt")]),
        ("purpose", [PURPOSE, PURPOSE, file_part(b"x", "a.txt")]),
        (
            "expires_after[seconds]",
            [
                PURPOSE,
                field("expires_after[anchor]", "created_at"),
                field("expires_after[seconds]", "3600"),
                field("expires_after[seconds]", "7200"),
                file_part(b"x", "a.txt"),
            ],
        ),
    ],
)
def test_a_field_that_is_sent_twice_is_refused(api, name, form):
    message = refused(post_form(api, *form), code="invalid_value", param=name)

    assert message == f"Invalid '{name}': it was sent more than once."
    assert not File.objects.exists()


@pytest.mark.parametrize(
    "form",
    [
        [file_part(b"one", "upload", name="data"), file_part(b"two", "upload", name="data")],
        [field("data", "one"), field("data", "two")],
        [file_part(b"one", "upload", name="data"), field("data", "two")],
    ],
    ids=["files", "texts", "a file and a text"],
)
def test_a_form_with_two_parts_is_refused(api, upload, form):
    response = post_form(api, *form, url=url_of(upload))

    message = refused(response, code="invalid_value", param="data")
    assert message == "Invalid 'data': it was sent more than once."
    assert not UploadPart.objects.exists()


def test_a_refused_form_leaves_no_bytes(api, settings, tmp_path):
    settings.INCOMING_DIR, settings.FILE_UPLOAD_MAX_MEMORY_SIZE = tmp_path, 10
    large = file_part(b"x" * 1000, "large.txt")

    refused(post_form(api, PURPOSE, large, large), code="invalid_value", param="file")

    assert list(tmp_path.iterdir()) == []
