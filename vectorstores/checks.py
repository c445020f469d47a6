"""Deploy mistakes, told by `manage.py check` and at every start."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection

from vectorstores.embeddings.batches import MOST_INPUTS

OLDEST_POSTGRES = 160000  # 16.0, as server_version_num
MOST_REQUESTS = 64  # at once, each with a thread and a connection of its own
OLDEST_PGVECTOR = (0, 8)  # halfvec, and scans that go on until enough rows are found


@register
def timeouts_are_in_order(**_: Any) -> list[CheckMessage]:
    """Redis must not hand out again what still runs, nor a task outlive its right to run."""
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
    if settings.EMBEDDING_BACKEND in ("local", "openai", "hashing"):
        return []
    return [
        Error(
            f"EMBEDDING_BACKEND is {settings.EMBEDDING_BACKEND!r}; it must be local or openai.",
            id="vectorstores.E002",
        )
    ]


@register
def dimensions_can_be_stored(**_: Any) -> list[CheckMessage]:
    """pgvector keeps halfvec of up to 16,000 dimensions and indexes up to 4,000."""
    if 0 < settings.EMBEDDING_DIMENSIONS <= 4000:
        return []
    return [
        Error(
            f"EMBEDDING_DIMENSIONS is {settings.EMBEDDING_DIMENSIONS}; it must be 1 to 4000.",
            id="vectorstores.E003",
        )
    ]


@register
def embedding_requests_can_be_sent(**_: Any) -> list[CheckMessage]:
    mistakes = []
    if not 1 <= settings.EMBEDDING_BATCH_SIZE <= MOST_INPUTS:
        mistakes.append(
            f"EMBEDDING_BATCH_SIZE is {settings.EMBEDDING_BATCH_SIZE}; it must be 1 to "
            f"{MOST_INPUTS}."
        )
    if not 1 <= settings.EMBEDDING_CONCURRENCY <= MOST_REQUESTS:
        mistakes.append(
            f"EMBEDDING_CONCURRENCY is {settings.EMBEDDING_CONCURRENCY}; it must be 1 to "
            f"{MOST_REQUESTS}."
        )
    if settings.EMBEDDING_TIMEOUT <= 0:
        mistakes.append(f"EMBEDDING_TIMEOUT is {settings.EMBEDDING_TIMEOUT:g}; it must be above 0.")
    return [Error(mistake, id="vectorstores.E006") for mistake in mistakes]


@register(Tags.database)
def postgres_can_do_it(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Run by `bin/up` and `migrate`, and by `check --database default`."""
    if not databases:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version_num')::int, "
            "(SELECT default_version FROM pg_available_extensions WHERE name = 'vector')"
        )
        server, vector = cursor.fetchone()
    if server >= OLDEST_POSTGRES and vector and _version(vector) >= OLDEST_PGVECTOR:
        return []
    return [
        Error(
            f"The database is Postgres {server // 10000} with pgvector {vector or 'missing'}; "
            "it must be Postgres 16 or newer with pgvector 0.8 or newer.",
            id="vectorstores.E004",
        )
    ]


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdecimal())
