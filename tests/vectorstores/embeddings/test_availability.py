"""Requests that a client waits for: they are tried in any state, and count."""

from datetime import timedelta

import pytest
from django.utils import timezone

from benchmarks.stub_embedder import Fault
from tests.factories import VectorStoreFactory
from tests.remote_embedder import remote_embedder
from tests.vectorstores.api.answers import refused
from vectorstores.breakers import shared
from vectorstores.embeddings import availability
from vectorstores.embeddings.availability import QUICK
from vectorstores.embeddings.errors import EmbeddingRefused, EmbeddingUnavailable


@pytest.fixture
def stub(valkey, settings, monkeypatch):
    monkeypatch.setattr(shared, "scripts", shared.Scripts())
    monkeypatch.setattr(shared, "FRESH", 0.0)
    with remote_embedder(settings) as stub:
        yield stub


def open_breaker() -> None:
    for seconds in (9, 6, 3):
        began = timezone.now() - timedelta(seconds=seconds)
        availability.record_failure(EmbeddingUnavailable("It fails."), began=began)
    assert availability.open_state() is not None


def test_usually_it_has_the_usual_time(stub):
    with availability.attempt() as timeout:
        assert timeout is None


def test_while_the_breaker_is_open_it_has_little_time(stub):
    open_breaker()

    with availability.attempt() as timeout:
        assert timeout == QUICK


def test_a_failure_counts(stub):
    for _ in range(2):
        availability.record_failure(
            EmbeddingUnavailable("No."), began=timezone.now() - timedelta(seconds=3)
        )

    with pytest.raises(EmbeddingUnavailable), availability.attempt():
        raise EmbeddingUnavailable("No.")

    assert availability.open_state() is not None


def test_failures_within_a_short_time_do_not_count(stub):
    open_breaker()
    until = availability.open_state().until

    with pytest.raises(EmbeddingUnavailable), availability.attempt():
        raise EmbeddingUnavailable("No.", retry_after=200)

    assert availability.open_state().until == until


@pytest.mark.parametrize("answer", [None, EmbeddingRefused("Too long.")])
def test_any_answer_closes_the_breaker(stub, answer: EmbeddingRefused | None):
    open_breaker()

    try:
        with availability.attempt():
            if answer:
                raise answer
    except EmbeddingRefused as error:
        assert error is answer

    assert availability.open_state() is None


def test_a_search_that_works_closes_the_breaker(stub, api, project):
    store = VectorStoreFactory(project=project)
    open_breaker()

    response = api.post(f"/v1/vector_stores/{store.public_id}/search", {"query": "wombats"})

    assert response.status_code == 200
    assert availability.open_state() is None


def test_embeddings_that_work_close_the_breaker(stub, api, settings):
    open_breaker()

    response = api.post("/v1/embeddings", {"model": settings.EMBEDDING_MODEL, "input": "wombats"})

    assert response.status_code == 200
    assert availability.open_state() is None


def test_a_search_does_not_wait_for_an_embedder_that_is_known_to_hang(
    stub, api, project, monkeypatch, caplog
):
    monkeypatch.setattr(availability, "QUICK", 0.2)
    store = VectorStoreFactory(project=project)
    stub.fault = Fault("hang")
    open_breaker()

    response = api.post(f"/v1/vector_stores/{store.public_id}/search", {"query": "wombats"})

    refused(response, 503)
    assert "did not answer within 0.2 seconds" in caplog.text


def test_another_address_or_key_has_a_breaker_of_its_own(stub, settings):
    open_breaker()

    settings.EMBEDDING_API_KEY = "sk-mended"

    assert availability.open_state() is None
