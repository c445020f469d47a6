"""System checks: mistakes of a deployment, reported by `manage.py check` and at every start."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection

from vectorstores.embeddings import EmbeddingModel, all_models
from vectorstores.embeddings.inputs import MOST_INPUTS
from vectorstores.http.errors import Misconfigured
from vectorstores.search.reranking import get_reranker
from vectorstores.search.rewriting import get_rewriter

LEAST_POOL = 2  # connections
OLDEST_POSTGRES = 160000  # 16.0, as server_version_num
MOST_REQUESTS = 64  # under way at once, since each has a thread and a connection of its own
OLDEST_PGVECTOR = (0, 8)  # halfvec, and scans that go on until enough rows are found


@register
def timeouts_are_in_order(**_: Any) -> list[CheckMessage]:
    """Check that Redis delivers no running task again, and that no task ends before its lease."""
    visibility = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    limit = settings.CELERY_TASK_TIME_LIMIT
    lease = settings.INGEST_LEASE.total_seconds()
    if visibility > limit > lease > 0:
        return []
    return [
        Error(
            f"The broker's visibility timeout ({visibility} s) must be above the task time limit "
            f"({limit} s), and that above the ingestion lease ({lease:.0f} s).",
            hint="Set INGEST_TIME_LIMIT_SECONDS above INGEST_LEASE_SECONDS.",
            id="vectorstores.E001",
        )
    ]


@register
def embedding_backend_is_known(**_: Any) -> list[CheckMessage]:
    mistakes = (
        f"{_setting(model, 'backend')} is {model.backend!r}; it must be local or openai."
        for model in all_models()
        if model.backend not in ("local", "openai", "hashing")
    )
    return _errors(mistakes, number="vectorstores.E002")


@register
def parser_is_known(**_: Any) -> list[CheckMessage]:
    if settings.PARSER in ("native", "unstructured"):
        return []
    return [
        Error(
            f"PARSER is {settings.PARSER!r}; it must be native or unstructured.",
            id="vectorstores.E010",
        )
    ]


@register
def dimensions_can_be_stored(**_: Any) -> list[CheckMessage]:
    """Check dimensions: pgvector keeps halfvec of up to 16,000 and indexes up to 4,000."""
    mistakes = (
        f"{_setting(model, 'dimensions')} is {model.dimensions}; it must be 1 to 4000."
        for model in all_models()
        if not 0 < model.dimensions <= 4000
    )
    return _errors(mistakes, number="vectorstores.E003")


@register
def embedding_requests_can_be_sent(**_: Any) -> list[CheckMessage]:
    mistakes = []
    for model in all_models():
        if not 1 <= model.batch_size <= MOST_INPUTS:
            name = _setting(model, "batch_size")
            mistakes.append(f"{name} is {model.batch_size}; it must be 1 to {MOST_INPUTS}.")
        if not 1 <= model.concurrency <= MOST_REQUESTS:
            name = _setting(model, "concurrency")
            mistakes.append(f"{name} is {model.concurrency}; it must be 1 to {MOST_REQUESTS}.")
        if model.timeout <= 0:
            name = _setting(model, "timeout")
            mistakes.append(f"{name} is {model.timeout:g}; it must be above 0.")
    return _errors(mistakes, number="vectorstores.E006")


def _errors(mistakes: Iterable[str], *, number: str) -> list[CheckMessage]:
    """Report each mistake once, though models take what their entry leaves out from the default."""
    return [Error(mistake, id=number) for mistake in dict.fromkeys(mistakes)]


def _setting(model: EmbeddingModel, key: str) -> str:
    """Name where it is set: in the model's own entry, or in a setting of the default model."""
    if key in settings.EMBEDDING_MODELS.get(model.name, {}):
        return f"{key!r} of {model.name} in EMBEDDING_MODELS"
    return f"EMBEDDING_{key.upper()}"


@register
def reranker_and_rewriter_can_be_asked(**_: Any) -> list[CheckMessage]:
    """Find what can be found without calling them."""
    mistakes = []
    for name, build in (("RERANK", get_reranker), ("REWRITE", get_rewriter)):
        timeout = getattr(settings, f"{name}_TIMEOUT")
        if timeout <= 0:
            mistakes.append(f"{name}_TIMEOUT is {timeout:g}; it must be above 0.")
            continue
        try:
            build()
        except Misconfigured as mistake:
            mistakes.append(str(mistake))
    return _errors(mistakes, number="vectorstores.E007")


@register
def searches_can_be_ranked(**_: Any) -> list[CheckMessage]:
    weight = settings.SEARCH_EMBEDDING_WEIGHT
    if 0 <= weight <= 1:
        return []
    message = f"SEARCH_EMBEDDING_WEIGHT is {weight:g}; it must be 0 to 1."
    return [Error(message, id="vectorstores.E008")]


@register
def connection_pool_is_large_enough(**_: Any) -> list[CheckMessage]:
    """Check that ingestion has a second connection, because a thread renews its claims."""
    pool = settings.DATABASES["default"]["OPTIONS"].get("pool")
    if pool is None or pool["max_size"] >= LEAST_POOL:
        return []
    message = f"DATABASE_POOL_SIZE is {pool['max_size']}; it must be {LEAST_POOL} or more, or 0."
    return [Error(message, id="vectorstores.E009")]


@register(Tags.database)
def connections_are_tuned(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Check the options of a connection, because a pooler may drop them."""
    if not databases:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('hnsw.iterative_scan', true)")
        (scan,) = cursor.fetchone()
    if scan == "relaxed_order":
        return []
    return [
        checks.Warning(
            f"hnsw.iterative_scan is {scan or 'not set'}; filtered searches of large stores will "
            "take longer.",
            hint="Where a pooler drops start-up options, set them for the role: "
            "docs/operations.md, Poolers.",
            id="vectorstores.W001",
        )
    ]


@register(Tags.database)
def postgres_is_recent_enough(
    databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """Run by `bin/up`, by `migrate`, and by `check --database default`."""
    if not databases:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version_num')::int, "
            "(SELECT default_version FROM pg_available_extensions WHERE name = 'vector')"
        )
        server, vector = cursor.fetchone()
    numbers = tuple(int(part) for part in (vector or "").split(".") if part.isdecimal())
    if server >= OLDEST_POSTGRES and numbers >= OLDEST_PGVECTOR:
        return []
    return [
        Error(
            f"The database is Postgres {server // 10000} with pgvector {vector or 'missing'}; "
            "it must be Postgres 16 or newer with pgvector 0.8 or newer.",
            id="vectorstores.E004",
        )
    ]
