"""Requests that a WSGI server hands over and Django would misread."""

import json
from io import BytesIO
from typing import Any
from wsgiref.util import setup_testing_defaults

import django
import pytest
from django.core.handlers.wsgi import WSGIRequest

from config.wsgi import application
from tests.factories import ApiKeyFactory, UploadFactory
from vectorstores.models import File, Project, UploadPart, VectorStore

# A request begins with a fresh look at connections, which ends a test's own transaction.
pytestmark = pytest.mark.django_db(transaction=True)


def post(path: str, body: bytes | BytesIO, content_type: str, project: Project) -> tuple[int, dict]:
    """Post a body in chunks, and return the status and JSON of the answer."""
    ApiKeyFactory(project=project, secret="sk-chunked")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "CONTENT_TYPE": content_type,
        "HTTP_AUTHORIZATION": "Bearer sk-chunked",
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input": BytesIO(body) if isinstance(body, bytes) else body,
    }
    setup_testing_defaults(environ)
    started: list[str] = []
    response: Any = application(environ, lambda status, *_: started.append(status))
    answer = json.loads(b"".join(response))
    response.close()
    return int(started[0].split()[0]), answer


FORM = (
    b'--x\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nassistants\r\n'
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n%s\r\n--x--\r\n'
)


def test_json_in_chunks_is_read(project):
    status, body = post("/v1/vector_stores", b'{"name": "notes"}', "application/json", project)

    assert (status, body["name"]) == (200, "notes")


def test_a_file_in_chunks_is_read(project):
    content = b"Wombats dig.\n" * 100_000

    status, body = post("/v1/files", FORM % content, "multipart/form-data; boundary=x", project)

    assert (status, body["bytes"]) == (200, len(content))
    assert File.objects.get().filename == "a.txt"


@pytest.mark.parametrize("size", [1001, 2_000_000])
def test_a_file_in_chunks_may_not_be_too_large_either(project, settings, size):
    settings.MAX_FILE_BYTES = 1000

    status, body = post(
        "/v1/files", FORM % (b"x" * size), "multipart/form-data; boundary=x", project
    )

    assert (status, body["error"]["code"]) == (413, "request_too_large")
    assert not File.objects.exists()


def test_a_part_in_chunks_is_read_until_it_is_too_large(project, settings):
    settings.MAX_PART_FORM_BYTES = 1000
    upload = UploadFactory(project=project)
    body = BytesIO((FORM % (b"x" * 2_000_000)).replace(b'"file"', b'"data"'))

    status, answer = post(
        f"/v1/uploads/{upload.public_id}/parts", body, "multipart/form-data; boundary=x", project
    )

    assert (status, answer["error"]["code"]) == (413, "request_too_large")
    assert body.tell() < 200_000
    assert not UploadPart.objects.exists()


def test_a_part_in_chunks_may_be_larger_than_a_file_sent_at_once(project, settings):
    settings.MAX_FILE_BYTES = settings.MAX_UPLOAD_BYTES = 1000
    upload = UploadFactory(project=project, bytes=2_000_000)
    body = (FORM % (b"x" * 2_000_000)).replace(b'"file"', b'"data"')
    body = body.replace(FORM[: FORM.index(b"--x", 3)], b"")  # no purpose

    status, answer = post(
        f"/v1/uploads/{upload.public_id}/parts", body, "multipart/form-data; boundary=x", project
    )

    assert (status, answer["object"]) == (200, "upload.part")
    assert UploadPart.objects.get().bytes == 2_000_000


def test_a_file_in_chunks_that_is_longer_than_any_body_is_refused_as_too_large(project, settings):
    settings.MAX_FILE_BYTES = settings.MAX_UPLOAD_BYTES = settings.MAX_PART_FORM_BYTES = 200_000
    body = FORM % (b"x" * 2_000_000)

    status, answer = post("/v1/files", body, "multipart/form-data; boundary=x", project)

    assert (status, answer["error"]["code"]) == (413, "request_too_large")


def test_no_chunks_at_all_are_an_empty_body(project):
    status, _ = post("/v1/vector_stores", b"", "application/json", project)

    assert status == 200
    assert VectorStore.objects.get().name == ""


@pytest.mark.parametrize(
    "parameter",
    ["charset=idna", "charset=utf-16", "charset=nothing", 'charset="utf-8"', "boundary*=nope''%ff"],
)
def test_a_character_set_in_the_content_type_is_ignored(project, parameter):
    body = '{"name": "Über Wombats"}'.encode()

    status, answer = post("/v1/vector_stores", body, f"application/json; {parameter}", project)

    assert (status, answer["name"]) == (200, "Über Wombats")


def test_a_character_set_in_the_query_is_ignored_too(project):
    ApiKeyFactory(project=project, secret="sk-query")
    environ: dict[str, Any] = {
        "PATH_INFO": "/v1/files",
        "QUERY_STRING": "limit=5&purpose=%ff",
        "CONTENT_TYPE": "application/json; charset=idna",
        "HTTP_AUTHORIZATION": "Bearer sk-query",
    }
    setup_testing_defaults(environ)
    started: list[str] = []

    response: Any = application(environ, lambda status, *_: started.append(status))

    assert json.loads(b"".join(response))["data"] == []
    assert started == ["200 OK"]
    response.close()


def test_django_alone_takes_a_body_in_chunks_for_an_empty_one():
    # Once it does not, CONTENT_LENGTH need not be changed any more.
    environ: dict[str, Any] = {"REQUEST_METHOD": "POST", "HTTP_TRANSFER_ENCODING": "chunked"}
    setup_testing_defaults(environ)
    environ["wsgi.input"] = BytesIO(b"{}")

    assert WSGIRequest(environ).body == b""


def test_django_is_the_release_that_the_headers_are_changed_for():
    assert django.VERSION[:2] == (5, 2), (
        "config/wsgi.py changes CONTENT_LENGTH and CONTENT_TYPE, since Django 5.2 reads them so:"
        " compare WSGIRequest.__init__ in django/core/handlers/wsgi.py and _set_content_type_params"
        " in django/http/request.py, see docs/decisions/0020-request-headers.md, then raise this"
        " number."
    )
