"""The envelope of every error, including errors that none of our views raises."""

import errno
import logging
from threading import Thread

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.db import OperationalError, connection

from tests.client import ApiClient
from tests.factories import FileFactory
from tests.live import free_port
from tests.remote_embedder import close_embedders
from tests.vectorstores.api.answers import refused
from tests.vectorstores.embeddings.server import EmbeddingServer, answer_json
from vectorstores.api.views.files import FileViewSet
from vectorstores.models import File

broken_urls = pytest.mark.urls("tests.vectorstores.api.broken_urls")
SECRET = "a secret of the house"
SORRY = "The server had an error while processing your request"
LATER = "The engine is currently overloaded, please try again later"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/",
        "/v1",
        "/v1/nothing",
        "/v1/chat/completions",
        "/v1/vector_stores/vs_1/nothing",
        "/v1//files",
        "/v2/files",
        "/",
        "/v1/<script>",
        "/v1/%00",
        "/v1/%ff",
    ],
)
def test_an_unknown_url_is_answered_with_404(api, path):
    response = api.get(path)

    assert refused(response, 404).startswith("Invalid URL (GET /")


def test_an_unknown_url_is_answered_with_404_without_a_key(db):
    assert refused(ApiClient().get("/v1/nothing"), 404) == "Invalid URL (GET /v1/nothing)"


@broken_urls
@pytest.mark.parametrize("path", ["/v1/broken", "/v1/outside"])
def test_a_bug_is_answered_without_internals_and_logged_with_its_traceback(api, caplog, path):
    api.raise_request_exception = False

    response = api.get(path)

    assert refused(response, 500) == SORRY
    assert SECRET not in response.content.decode()
    (logged,) = [record for record in caplog.records if record.exc_info]
    assert logged.levelno == logging.ERROR
    assert SECRET in str(logged.exc_info[1])


@broken_urls
def test_the_log_of_a_bug_has_the_request_id_of_the_response(api, caplog):
    api.raise_request_exception = False

    response = api.get("/v1/broken")

    assert f"GET /v1/broken: 500 ({response['x-request-id']})" in caplog.messages


@broken_urls
def test_djangos_own_400_is_in_the_envelope(api):
    message = refused(api.get("/v1/suspicious"), 400)

    assert message == "The request is malformed."


@broken_urls
def test_djangos_own_404_is_in_the_envelope(api):
    assert refused(api.get("/v1/missing"), 404) == "Invalid URL (GET /v1/missing)"


def test_an_unknown_host_is_in_the_envelope(api, settings):
    settings.ALLOWED_HOSTS = ["here.example"]

    response = api.get("/v1/files", headers={"host": "elsewhere.example"})

    assert refused(response, 400) == "The request is malformed."


@broken_urls
def test_the_admin_has_its_own_error_pages(client, db):
    client.raise_request_exception = False

    for path, status in (("/admin/broken", 500), ("/admin/nothing/", 302)):
        response = client.get(path)

        assert response.status_code == status
        assert response["content-type"].startswith("text/html")


@pytest.mark.parametrize("left", [None, b"", b"half"])
def test_a_file_whose_bytes_are_lost_is_a_server_error(api, project, caplog, left):
    file = FileFactory(project=project)
    file.content.storage.delete(file.content.name)
    if left is not None:
        file.content.storage.save(file.content.name, ContentFile(left))

    response = api.get(f"/v1/files/{file.public_id}/content")

    assert refused(response, 500, code="bytes_lost") == (
        f"The server no longer has the bytes of '{file.public_id}' as they were uploaded."
        " Upload them again, or ask the operator to restore them."
    )
    assert f"{file.public_id}, stored as {file.content.name}: the storage " in caplog.text


def test_a_full_disk_is_answered_with_503_and_stores_nothing(api, monkeypatch, caplog):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("vectorstores.storage.directory._sync", full)
    form = {"file": ContentFile(b"text", "a.txt"), "purpose": "assistants"}

    response = api.post("/v1/files", form, format="multipart")

    assert refused(response, 503, code="storage_full").startswith("The server's disk is full")
    assert "No space left on device" in caplog.text
    assert not File.objects.exists()


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "*/*;q=0", ""])
def test_errors_are_json_for_every_accept_header(api, store, accept):
    headers = {"accept": accept}

    refused(api.get("/v1/vector_stores", {"limit": 0}, headers=headers), 400,
            code="integer_below_min_value", param="limit")  # fmt: skip
    refused(api.get("/v1/nothing", headers=headers), 404)
    refused(api.put("/v1/files", headers=headers), 405, code="method_not_supported")


def test_asking_for_the_options_of_a_route_is_not_supported(api, store):
    path = f"/v1/vector_stores/{store.public_id}"

    message = refused(api.options(path), 405, code="method_not_supported")

    assert message == f"Not allowed to OPTIONS on {path}."


def test_an_unknown_method_is_not_supported(api):
    message = refused(api.generic("BREW", "/v1/files"), 405, code="method_not_supported")

    assert message == "Not allowed to BREW on /v1/files."
    assert refused(api.generic("BREW", "/v1/pot"), 404) == "Invalid URL (BREW /v1/pot)"


def test_an_unreachable_embedder_makes_the_search_unavailable(api, store, settings, caplog):
    settings.EMBEDDING_BACKEND = "openai"
    settings.EMBEDDING_BASE_URL = f"http://127.0.0.1:{free_port()}/v1"

    response = api.post(f"/v1/vector_stores/{store.public_id}/search", {"query": "wombats"})

    message = refused(response, 503)
    assert message == LATER
    assert "127.0.0.1 cannot be reached" in caplog.text


@pytest.mark.parametrize(("retry_after", "passed_on"), [("7", "7"), ("0.2", "1")])
def test_the_retry_after_of_an_embedder_is_passed_on(api, store, settings, retry_after, passed_on):
    with EmbeddingServer() as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        server.answer = lambda asked: answer_json({}, 429, Retry_After=retry_after)
        settings.EMBEDDING_BACKEND = "openai"
        settings.EMBEDDING_BASE_URL = server.base_url

        response = api.post(f"/v1/vector_stores/{store.public_id}/search", {"query": "wombats"})
        close_embedders()
        server.shutdown()

    refused(response, 503)
    assert response["retry-after"] == passed_on


@pytest.mark.django_db(transaction=True)
def test_an_unreachable_database_is_answered_with_503(api, monkeypatch, caplog):
    connection.close()
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "PORT", str(free_port()))
        response = api.get("/v1/files")
        connection.close()

    assert refused(response, 503) == LATER
    assert "The database does not answer; the client gets a 503: connection failed" in caplog.text


@pytest.mark.parametrize(
    ("cause", "status", "message"),
    [
        (psycopg.errors.TooManyConnections(), 503, LATER),
        (psycopg.errors.AdminShutdown(), 503, LATER),
        (psycopg.errors.CannotConnectNow(), 503, LATER),
        (psycopg.errors.DeadlockDetected(), 500, SORRY),
        (psycopg.errors.QueryCanceled(), 503, LATER),
        (psycopg.errors.LockNotAvailable(), 503, LATER),
        (psycopg.errors.UniqueViolation(), 500, SORRY),
        (psycopg.errors.OutOfMemory(), 503, LATER),
    ],
    ids=lambda value: type(value).__name__,
)
def test_only_a_database_that_does_not_answer_is_answered_with_503(
    api, monkeypatch, cause, status, message
):
    def fail(_: FileViewSet) -> None:
        raise OperationalError from cause

    monkeypatch.setattr(FileViewSet, "get_queryset", fail)
    api.raise_request_exception = False

    assert refused(api.get("/v1/files"), status) == message


def test_a_full_disk_of_the_database_is_answered_with_503(api, monkeypatch):
    def fail(_: FileViewSet) -> None:
        raise OperationalError from psycopg.errors.DiskFull()

    monkeypatch.setattr(FileViewSet, "get_queryset", fail)

    message = refused(api.get("/v1/files"), 503, code="storage_full")

    assert message.startswith("The server's disk is full, so nothing was stored.")
