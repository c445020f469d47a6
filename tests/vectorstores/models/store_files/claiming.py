"""Claims as a worker makes them, with defaults for what a test does not care about."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.factories import ProjectFactory, StoreFileFactory, VectorStoreFactory
from vectorstores.models import Project, VectorStore, VectorStoreFile
from vectorstores.models.store_files.queue import claim_next

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
LEASE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def claimed(now: datetime = NOW, **options: Any) -> list[VectorStoreFile]:
    usual: dict[str, Any] = {
        "lease": LEASE,
        "bulk": False,
        "large": True,
        "after": None,
        "most_files": 1,
        "most_bytes": 1_000,
        "most_claimed": 0,
    }
    return claim_next(now, **usual | options)


def due(store: VectorStore, count: int = 1, **fields: Any) -> list[VectorStoreFile]:
    """Create files of 100 bytes that are due, each a second longer than the next."""
    return [
        StoreFileFactory(
            vector_store=store,
            **{"due_at": NOW - (count - number) * SECOND, "file__content": "", "file__bytes": 100}
            | fields,
        )
        for number in range(count)
    ]


def stores(count: int) -> list[VectorStore]:
    """Create stores, each in its own project, in the order of the queue."""
    projects: list[Project] = ProjectFactory.create_batch(count)
    return [VectorStoreFactory(project=project) for project in sorted(projects, key=lambda p: p.pk)]
