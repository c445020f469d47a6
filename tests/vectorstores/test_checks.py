"""Deploy mistakes are reported before anything starts."""

from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.db import connection

from vectorstores import checks


def errors() -> list[str]:
    return [str(check.id) for check in run_checks()]


def test_the_settings_as_they_are_have_no_mistake():
    assert errors() == []


@pytest.mark.parametrize(
    ("lease", "limit", "visibility"),
    [(60, 3600, 3600), (60, 3600, 3599), (3600, 3600, 4200), (0, 3600, 4200), (9000, 3600, 4200)],
)
def test_timeouts_out_of_order_are_reported(settings, lease, limit, visibility):
    settings.INGEST_LEASE = timedelta(seconds=lease)
    settings.CELERY_TASK_TIME_LIMIT = limit
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": visibility}

    assert errors() == ["vectorstores.E001"]


def test_an_unknown_embedding_backend_is_reported(settings):
    settings.EMBEDDING_BACKEND = "magic"

    (check,) = run_checks()

    assert check.id == "vectorstores.E002"
    assert "EMBEDDING_BACKEND is 'magic'" in check.msg


@pytest.mark.parametrize("dimensions", [0, -1, 4001])
def test_dimensions_that_cannot_be_stored_are_reported(settings, dimensions):
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
def test_requests_that_no_embedder_could_be_sent_are_reported(settings, name, value, told):
    setattr(settings, name, value)

    (check,) = run_checks()

    assert (check.id, check.msg) == ("vectorstores.E006", told)


def test_mistakes_of_other_models_are_reported_by_their_names(settings):
    settings.EMBEDDING_MODELS = {
        "wide": {"dimensions": 4001},
        "hasty": {"dimensions": 8, "timeout": 0, "batch_size": 257, "concurrency": 0},
        "magic": {"dimensions": 8, "backend": "magic"},
    }

    told = [(check.id, check.msg) for check in run_checks()]

    assert sorted(told) == [
        (
            "vectorstores.E002",
            "'backend' of magic in EMBEDDING_MODELS is 'magic'; it must be local or openai.",
        ),
        (
            "vectorstores.E003",
            "'dimensions' of wide in EMBEDDING_MODELS is 4001; it must be 1 to 4000.",
        ),
        (
            "vectorstores.E006",
            "'batch_size' of hasty in EMBEDDING_MODELS is 257; it must be 1 to 256.",
        ),
        (
            "vectorstores.E006",
            "'concurrency' of hasty in EMBEDDING_MODELS is 0; it must be 1 to 64.",
        ),
        (
            "vectorstores.E006",
            "'timeout' of hasty in EMBEDDING_MODELS is 0; it must be above 0.",
        ),
    ]


def test_a_mistake_that_others_have_from_the_default_model_is_reported_once(settings):
    settings.EMBEDDING_BATCH_SIZE = 0
    settings.EMBEDDING_MODELS = {"a": {"dimensions": 8}, "b": {"dimensions": 8}}

    assert errors() == ["vectorstores.E006"]


def test_this_postgres_will_do(db):
    assert checks.postgres_is_recent_enough(databases=["default"]) == []


def test_an_old_pgvector_is_named(db, monkeypatch):
    monkeypatch.setattr(checks, "OLDEST_PGVECTOR", (99,))

    (error,) = checks.postgres_is_recent_enough(databases=["default"])

    assert "pgvector 0.8 or newer" in error.msg


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("RERANK_API", "jina", "RERANK_API is 'jina'; it must be cohere, vllm or tei."),
        (
            "RERANK_SCORES",
            "percent",
            "RERANK_SCORES is 'percent'; it must be probability, logit or cosine.",
        ),
        (
            "RERANK_URL",
            "localhost:8080",
            "RERANK_URL must start with http:// or https:// and name a host, "
            "like http://localhost:8080/rerank.",
        ),
        (
            "RERANK_API_KEY",
            "sk\n",
            None,
        ),
        (
            "RERANK_API_KEY",
            "s\nk",
            "RERANK_API_KEY contains a character that no HTTP header may hold: copy the key again.",
        ),
        ("RERANK_TIMEOUT", 0, "RERANK_TIMEOUT is 0; it must be above 0."),
        (
            "REWRITE_MODEL",
            "",
            "REWRITE_BASE_URL is set and REWRITE_MODEL is not: name the model to ask.",
        ),
        ("REWRITE_TIMEOUT", -1.5, "REWRITE_TIMEOUT is -1.5; it must be above 0."),
    ],
)
def test_a_reranker_or_rewriter_that_cannot_be_asked_is_reported(settings, name, value, told):
    settings.RERANK_URL = "http://localhost:8080/rerank"
    settings.REWRITE_BASE_URL = "http://localhost:11434/v1"
    settings.REWRITE_MODEL = "qwen"
    setattr(settings, name, value)

    found = [(check.id, check.msg) for check in run_checks()]

    assert found == ([("vectorstores.E007", told)] if told else [])


def test_settings_of_what_is_not_there_are_not_read(settings):
    settings.RERANK_API = "jina"

    assert errors() == []


def test_an_unknown_parser_is_reported(settings):
    settings.PARSER = "tika"

    (check,) = run_checks()

    assert (check.id, check.msg) == (
        "vectorstores.E010",
        "PARSER is 'tika'; it must be native or unstructured.",
    )


@pytest.mark.parametrize("weight", [-0.1, 1.1])
def test_a_weight_that_is_no_share_is_reported(settings, weight):
    settings.SEARCH_EMBEDDING_WEIGHT = weight

    (check,) = run_checks()

    assert check.id == "vectorstores.E008"
    assert check.msg == f"SEARCH_EMBEDDING_WEIGHT is {weight:g}; it must be 0 to 1."


@pytest.mark.parametrize(("size", "told"), [(1, ["vectorstores.E009"]), (2, []), (8, [])])
def test_a_pool_in_which_a_worker_waits_for_itself_is_reported(monkeypatch, settings, size, told):
    options = settings.DATABASES["default"]["OPTIONS"]
    monkeypatch.setitem(options, "pool", {"max_size": size})

    assert errors() == told


@pytest.mark.django_db
def test_connections_without_what_searches_rely_on_are_reported():
    assert [check.id for check in run_checks(databases=["default"])] == []

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL hnsw.iterative_scan = off")

    (check,) = run_checks(databases=["default"])
    assert check.id == "vectorstores.W001"
    assert check.msg.startswith("hnsw.iterative_scan is off; ")
