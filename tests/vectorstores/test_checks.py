"""Deploy mistakes are told before anything starts."""

from datetime import timedelta

import pytest
from django.core.checks import run_checks

from vectorstores import checks


def errors() -> list[str]:
    return [str(check.id) for check in run_checks()]


def test_the_settings_as_they_are_have_no_mistake():
    assert errors() == []


@pytest.mark.parametrize(
    ("lease", "limit", "visibility"),
    [(60, 3600, 3600), (60, 3600, 3599), (3600, 3600, 4200), (0, 3600, 4200), (9000, 3600, 4200)],
)
def test_timeouts_out_of_order_are_told(settings, lease, limit, visibility):
    settings.INGEST_LEASE = timedelta(seconds=lease)
    settings.CELERY_TASK_TIME_LIMIT = limit
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": visibility}

    assert errors() == ["vectorstores.E001"]


def test_an_unknown_embedding_backend_is_told(settings):
    settings.EMBEDDING_BACKEND = "magic"

    (check,) = run_checks()

    assert check.id == "vectorstores.E002"
    assert "EMBEDDING_BACKEND is 'magic'" in check.msg


@pytest.mark.parametrize("dimensions", [0, -1, 4001])
def test_dimensions_that_cannot_be_stored_are_told(settings, dimensions):
    settings.EMBEDDING_DIMENSIONS = dimensions

    assert errors() == ["vectorstores.E003"]


@pytest.mark.parametrize("dimensions", [1, 4000])
def test_dimensions_at_the_limits_are_fine(settings, dimensions):
    settings.EMBEDDING_DIMENSIONS = dimensions

    assert errors() == []


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("EMBEDDING_BATCH_SIZE", 0, "EMBEDDING_BATCH_SIZE is 0; it must be 1 to 256."),
        ("EMBEDDING_BATCH_SIZE", 257, "EMBEDDING_BATCH_SIZE is 257; it must be 1 to 256."),
        ("EMBEDDING_CONCURRENCY", 0, "EMBEDDING_CONCURRENCY is 0; it must be 1 to 64."),
        ("EMBEDDING_CONCURRENCY", 65, "EMBEDDING_CONCURRENCY is 65; it must be 1 to 64."),
        ("EMBEDDING_TIMEOUT", 0.0, "EMBEDDING_TIMEOUT is 0; it must be above 0."),
    ],
)
def test_requests_that_no_embedder_could_be_sent_are_told(settings, name, value, told):
    setattr(settings, name, value)

    (check,) = run_checks()

    assert (check.id, check.msg) == ("vectorstores.E006", told)


def test_this_postgres_will_do(db):
    assert checks.postgres_can_do_it(databases=["default"]) == []


def test_an_old_pgvector_is_named(db, monkeypatch):
    monkeypatch.setattr(checks, "OLDEST_PGVECTOR", (99,))

    (error,) = checks.postgres_can_do_it(databases=["default"])

    assert "pgvector 0.8 or newer" in error.msg
