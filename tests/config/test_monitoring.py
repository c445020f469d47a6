"""Liveness and readiness of a process."""

from datetime import UTC, datetime

from tests.live import free_port
from vectorstores.breakers import shared
from vectorstores.embeddings import availability
from vectorstores.embeddings.errors import EmbeddingUnavailable


def test_a_process_is_alive_without_asking_anything(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_a_process_is_alive_without_a_database(client, no_database):
    assert client.get("/healthz").status_code == 200


def test_a_process_that_reaches_everything_is_ready(client, db):
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (
        200,
        {"database": "ok", "broker": "ok", "embedder": "ok"},
    )


def test_without_a_broker_requests_can_be_served(client, db, settings):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"

    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {"database": "ok", "broker": "unreachable", "embedder": "unknown"}


def test_without_a_database_nothing_can(client, no_database):
    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"database": "unreachable", "broker": "ok", "embedder": "ok"}


def test_no_key_is_needed_to_ask(client, db):
    for path in ("/healthz", "/readyz"):
        assert client.get(path).status_code == 200


def test_an_embedder_that_fails_is_shown_and_requests_are_served(client, db, settings, monkeypatch):
    monkeypatch.setattr(shared, "scripts", shared.Scripts())
    settings.EMBEDDING_BASE_URL = "http://secret.example/v1"  # which has a breaker of its own
    error = EmbeddingUnavailable(
        "secret.example answered 503: of text x", 60, brief="it answers 503"
    )
    availability.record_failure(error, began=datetime(2026, 7, 1, 12, tzinfo=UTC))

    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {
        "database": "ok",
        "broker": "ok",
        "embedder": "hashing unavailable since 2026-07-01T12:00:00Z: it answers 503",
    }
    availability.record_success()


def test_the_model_whose_embedder_fails_is_named(client, db, settings, monkeypatch):
    monkeypatch.setattr(shared, "scripts", shared.Scripts())
    settings.EMBEDDING_MODELS = {
        name: {"dimensions": 8, "base_url": f"http://{name}.secret.example/v1"}
        for name in ("gpu", "old", "new")
    }
    error = EmbeddingUnavailable("secret", 60, brief="it answers 503")
    for model in ("gpu", "new"):
        availability.record_failure(error, model=model, began=datetime(2026, 7, 1, 12, tzinfo=UTC))

    response = client.get("/readyz")

    assert response.json()["embedder"] == (
        "gpu unavailable since 2026-07-01T12:00:00Z: it answers 503; "
        "new unavailable since 2026-07-01T12:00:00Z: it answers 503"
    )
    availability.record_success(model="gpu")
    availability.record_success(model="new")
