"""Handwritten forms: declared charsets, repeated fields and names of files."""

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
def test_the_charset_that_a_form_declares_does_not_change_its_file(api, charset):
    form = [PURPOSE, file_part("größer".encode(), "größer 日本.txt")]

    body = ok(post_form(api, *form, charset=f"; charset={charset}"))

    assert (body["filename"], body["purpose"]) == ("größer 日本.txt", "assistants")
    assert stored_bytes(File.objects.get()) == "größer".encode()


@pytest.mark.parametrize("charset", NAMED)
def test_the_charset_that_a_form_declares_does_not_change_its_part(api, upload, charset):
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


@pytest.mark.parametrize(
    "name",
    [
        "in&notes.txt",
        "a&amp;b.txt",
        "会議\u3000議事録.txt",
        "گزارش\u200cها.txt",  # noqa: RUF001
        "soft\u00adhyphen.txt",
        "family 👩\u200d👧.txt",
        "unnamed",
    ],
)
def test_a_file_name_arrives_as_it_was_sent(api, name):
    response = post_form(api, PURPOSE, file_part(b"text", name))

    assert response.json()["filename"] == name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("C:\\dir\\a.txt", "a.txt"), ("../../a.txt", "a.txt"), ("a\x07\x7f.txt", "a.txt")],
)
def test_paths_and_control_characters_are_cut_off_a_name(api, sent, kept):
    part = file_part(b"text", sent.replace("\\", "\\\\"))

    assert post_form(api, PURPOSE, part).json()["filename"] == kept


def test_a_name_in_the_form_of_rfc_5987_is_decoded(api):
    name = b"filename*=UTF-8''Gr%C3%B6%C3%9Fe.txt"
    part = b'Content-Disposition: form-data; name="file"; ' + name + b"\r\n\r\nx"

    assert post_form(api, PURPOSE, part).json()["filename"] == "Größe.txt"


@pytest.mark.parametrize("encoding", ["cp1252", "shift_jis"])
def test_a_name_that_is_no_utf8_is_refused_with_the_reason(api, encoding):
    name = {"cp1252": "Größe.txt", "shift_jis": "議事録.txt"}[encoding].encode(encoding)
    part = b'Content-Disposition: form-data; name="file"; filename="' + name + b'"\r\n\r\nx'

    message = refused(post_form(api, PURPOSE, part), code="invalid_value", param="file")

    assert message == "Invalid 'file': its file name is not valid UTF-8. Send it in UTF-8."
    assert not File.objects.exists()


@pytest.mark.parametrize("name", ["..", ".", "a/", "/", "\x07"])
def test_a_name_that_is_a_path_alone_is_refused_with_the_reason(api, name):
    response = post_form(api, PURPOSE, file_part(b"x", name))

    message = refused(response, code="invalid_value", param="file")
    assert message == "Invalid 'file': its file name is empty without its path."


@pytest.mark.parametrize("name", ["..", "Größe"])
def test_the_name_of_a_part_does_not_matter(api, project, name):
    upload = UploadFactory(project=project)
    part = file_part(b"Wombats dig.", name, name="data")

    assert post_form(api, part, url=url_of(upload)).status_code == 200
