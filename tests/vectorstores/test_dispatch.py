"""Asking for work: a broker that fails delays it, and fails no request."""

import logging
import socket
import time
from collections.abc import Callable, Iterator

import pytest
from celery import current_app
from django.conf import settings
from django.utils import timezone
from kombu import pools
from redis import Redis

from tests.factories import FileFactory
from tests.live import free_port
from vectorstores import dispatch
from vectorstores.models import VectorStoreFile


@pytest.fixture
def broker_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Make this process send to another broker, with the settings' own options."""
    opened = []

    def use(port: int, **options: object) -> None:
        connection = current_app.connection_for_write(f"redis://127.0.0.1:{port}/0")
        connection.transport_options = {**connection.transport_options, **options}
        opened.append(pools.producers[connection])
        monkeypatch.setattr(current_app.amqp, "_producer_pool", opened[-1])

    yield use
    for pool in opened:
        pool.force_close_all()


def seconds(call: Callable[[], object]) -> float:
    started = time.monotonic()
    call()
    return time.monotonic() - started


@pytest.mark.parametrize(("bulk", "queue"), [(False, "ingest"), (True, "ingest_bulk")])
def test_each_file_is_one_message_in_the_queue_of_its_kind(sent, bulk, queue):
    dispatch.wake(files=3, bulk=bulk)

    assert sent(queue) == 3
    assert sent("ingest" if bulk else "ingest_bulk") == 0


def test_thousands_of_files_are_few_messages(sent):
    # A few are enough, since a woken worker goes on until nothing is due.
    dispatch.wake(files=2000, bulk=True)

    assert sent("ingest_bulk") == dispatch.MOST_WAKES


def test_no_files_send_no_message(sent):
    dispatch.wake(files=0, bulk=False)

    assert sent("ingest") == 0


def test_messages_waiting_in_each_queue_are_counted(sent):
    dispatch.wake(files=2, bulk=False)
    dispatch.wake(files=3, bulk=True)

    assert dispatch.waiting(bulk=False) == 2
    assert dispatch.waiting(bulk=True) == 3


def test_a_broker_that_refuses_connections_costs_no_time(broker_at, caplog):
    broker_at(free_port())

    spent = seconds(lambda: dispatch.wake(files=3, bulk=False))

    assert spent < 1
    (logged,) = [record for record in caplog.records if record.name == "vectorstores.dispatch"]
    assert logged.levelno == logging.WARNING
    assert "the sweeper will send it" in logged.message


def test_a_broker_that_never_answers_is_given_up(broker_at, caplog):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        broker_at(silent.getsockname()[1], socket_timeout=0.2)

        spent = seconds(lambda: dispatch.wake(files=3, bulk=False))

    assert spent < 2
    assert "the sweeper will send it" in caplog.text


def test_a_broker_is_given_up_within_seconds():
    # What a request may lose to it, as the settings have it.
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS

    assert options["max_retries"] == 0
    assert options["socket_connect_timeout"] + options["socket_timeout"] < 10


def test_a_broker_that_was_restarted_gets_the_next_message(sent):
    dispatch.wake(files=1, bulk=False)
    with Redis.from_url(settings.REDIS_URL) as broker:
        broker.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")

    dispatch.wake(files=1, bulk=False)

    assert sent("ingest") == 2


def test_a_broker_that_is_full_fails_nothing(sent, caplog):
    with Redis.from_url(settings.REDIS_URL) as broker:
        broker.config_set("maxmemory", 1)
        try:
            dispatch.wake(files=1, bulk=False)
        finally:
            broker.config_set("maxmemory", 0)

    assert sent("ingest") == 0
    assert "the sweeper will send it" in caplog.text


def test_a_request_succeeds_without_a_broker(
    api, project, store, broker_at, django_capture_on_commit_callbacks
):
    file = FileFactory(project=project)
    broker_at(free_port())

    with django_capture_on_commit_callbacks(execute=True):
        response = api.post(
            f"/v1/vector_stores/{store.public_id}/files", {"file_id": file.public_id}
        )

    assert response.status_code == 200
    assert VectorStoreFile.objects.due(timezone.now()).exists()
