"""A bucket that does not answer: requests end soon, and clients may try again."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from config.storage_url import storages_from_url
from tests.factories import FileFactory
from tests.live import free_port
from tests.vectorstores.api.answers import refused
from vectorstores.errors import StorageUnavailable
from vectorstores.storage import bucket

LATER = "The engine is currently overloaded, please try again later"


@contextmanager
def silent_server() -> Iterator[int]:
    """Give the port of a server that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def use_bucket(settings: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)

    def use(port: int) -> None:
        url = f"s3://files?endpoint_url=http://127.0.0.1:{port}&region_name=us-east-1"
        settings.STORAGES = {**settings.STORAGES, "default": storages_from_url(url)}

    return use


pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # boto asks for the time


def test_a_bucket_has_deadlines_far_below_botocores(use_bucket):
    use_bucket(free_port())

    storage: Any = default_storage
    config = storage.connection.meta.client.meta.config

    assert (config.connect_timeout, config.read_timeout) == (3.0, 10.0)
    assert config.retries["total_max_attempts"] == 2


@pytest.mark.parametrize("action", ["save", "open"])
def test_a_bucket_that_never_answers_is_given_up(use_bucket, monkeypatch, action):
    monkeypatch.setattr(bucket, "READ_SECONDS", 0.2)
    content = {"save": [ContentFile(b"text")], "open": []}[action]
    began = monotonic()

    with silent_server() as port:
        use_bucket(port)
        with pytest.raises(StorageUnavailable):
            getattr(default_storage, action)("name", *content)

    assert monotonic() - began < 10


def test_a_client_may_try_again_when_the_bucket_is_back(api, project, use_bucket):
    file = FileFactory(project=project)
    use_bucket(free_port())

    upload = {"file": ContentFile(b"text", "a.txt"), "purpose": "assistants"}
    responses = [
        api.post("/v1/files", upload, format="multipart"),
        api.get(f"/v1/files/{file.public_id}/content"),
    ]

    assert [refused(response, 503) for response in responses] == [LATER, LATER]
