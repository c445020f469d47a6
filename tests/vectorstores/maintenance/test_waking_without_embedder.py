"""Waking workers and failing files while an embedder is down, for each model separately."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import Settings

from tests.factories import StoreFileFactory, VectorStoreFactory
from vectorstores import maintenance
from vectorstores.breakers import shared
from vectorstores.embeddings import availability
from vectorstores.embeddings.errors import EmbeddingUnavailable
from vectorstores.models import Status, VectorStoreFile

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def two_models(settings: Settings, monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """Configure two models with new breakers."""
    monkeypatch.setattr(shared, "scripts", shared.Scripts())
    monkeypatch.setattr(shared, "FRESH", 0.0)
    settings.EMBEDDING_API_KEY = uuid4().hex  # so that each test has its own breakers
    settings.EMBEDDING_MODELS = {"gpu": {"dimensions": 8}}


def fails(model: str, *, since: datetime) -> None:
    error = EmbeddingUnavailable("It sleeps.", retry_after=300)
    availability.record_failure(error, model=model, began=since)


def waiting(model: str, count: int = 1, **fields: object) -> list[VectorStoreFile]:
    store = VectorStoreFactory(embedding_model=model)
    fields = {"due_at": timezone.now() - MINUTE, "file__content": ""} | fields
    return StoreFileFactory.create_batch(count, vector_store=store, **fields)


def test_no_worker_is_woken_for_a_failing_model(sent):
    waiting("gpu", 3)
    waiting("hashing", 2)
    fails("gpu", since=timezone.now())

    assert maintenance.wake(timezone.now()) == 2

    assert sent("ingest") == 2


def test_no_worker_is_woken_while_all_models_fail(sent, django_assert_num_queries):
    waiting("gpu")
    waiting("hashing")
    waiting("no longer configured")
    for model in ("gpu", "hashing"):
        fails(model, since=timezone.now())

    with django_assert_num_queries(0):
        assert maintenance.wake(timezone.now()) == 0

    assert sent("ingest") == 0


def test_workers_are_woken_once_the_breaker_admits_a_probe(sent):
    waiting("gpu")
    waiting("hashing")
    fails("gpu", since=timezone.now())

    assert maintenance.wake(timezone.now() + 6 * MINUTE) == 2


def test_a_file_that_has_waited_too_long_for_its_model_fails(caplog):
    now = timezone.now()
    fails("gpu", since=now - DAY - MINUTE)
    (expired,) = waiting("gpu", due_at=now - DAY - MINUTE)
    (newer,) = waiting("gpu", due_at=now - DAY + MINUTE)
    (others,) = waiting("hashing", due_at=now - DAY - MINUTE)

    assert maintenance.expire_waiting_files(now, after=DAY) == 1

    expired.refresh_from_db()
    assert (expired.status, expired.last_error_code) == (Status.FAILED, "server_error")
    assert expired.last_error_message == (
        "An internal error occurred. The embedding service gave no answer for too long; attach "
        "the file again."
    )
    assert set(VectorStoreFile.objects.filter(status=Status.IN_PROGRESS)) == {newer, others}


def test_no_file_fails_while_its_model_has_failed_for_a_shorter_time():
    now = timezone.now()
    fails("gpu", since=now - DAY + MINUTE)
    waiting("gpu", due_at=now - 2 * DAY)

    assert maintenance.expire_waiting_files(now, after=DAY) == 0


def test_files_of_all_failing_models_fail():
    now = timezone.now()
    for model in ("gpu", "hashing"):
        fails(model, since=now - 2 * DAY)
        waiting(model, 2, due_at=now - 2 * DAY)

    assert maintenance.expire_waiting_files(now, after=DAY) == 4
