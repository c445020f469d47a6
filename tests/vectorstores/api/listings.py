"""The four lists, each with a function that creates rows inside or outside of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from tests.factories import (
    FileBatchFactory,
    FileFactory,
    ProjectFactory,
    StoreFileFactory,
    VectorStoreFactory,
)
from vectorstores.models import Project

MOMENTS = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number) for number in range(3)]


@dataclass
class Row:
    id: str
    place: tuple[datetime, Any]
    """The values that lists are ordered by."""
    instance: Any
    is_listed: bool

    def delete(self) -> None:
        manager = type(self.instance).objects
        manager.filter(pk=self.instance.pk).update(deleted_at=timezone.now())
        self.is_listed = False


@dataclass
class Listing:
    """A list's URL and parameters. `make` creates a row that the list contains or not."""

    path: str
    make: Callable[[datetime, bool], Any]
    query: dict[str, str] = field(default_factory=dict)
    takes_before: bool = True

    def insert(self, moment: int, *, is_listed: bool = True) -> Row:
        made = self.make(MOMENTS[moment], is_listed)
        named = getattr(made, "file", made)  # because a file in a store has the file's id
        return Row(named.public_id, (made.created_at, made.pk), made, is_listed)


def stores(project: Project) -> Listing:
    other = ProjectFactory()

    def make(moment: datetime, is_listed: bool) -> Any:
        return VectorStoreFactory(project=project if is_listed else other, created_at=moment)

    return Listing("/v1/vector_stores", make)


def files(project: Project) -> Listing:
    def make(moment: datetime, is_listed: bool) -> Any:
        purpose = "vision" if is_listed else "batch"
        return FileFactory(project=project, created_at=moment, purpose=purpose, content="")

    return Listing("/v1/files", make, {"purpose": "vision"}, takes_before=False)


def store_files(project: Project) -> Listing:
    store = VectorStoreFactory(project=project)

    def make(moment: datetime, is_listed: bool) -> Any:
        file = FileFactory(project=project, content="")
        status = "completed" if is_listed else "failed"
        return StoreFileFactory(vector_store=store, file=file, status=status, created_at=moment)

    path = f"/v1/vector_stores/{store.public_id}/files"
    return Listing(path, make, {"filter": "completed"})


def batch_files(project: Project) -> Listing:
    store = VectorStoreFactory(project=project)
    batch, other = FileBatchFactory.create_batch(2, vector_store=store)

    def make(moment: datetime, is_listed: bool) -> Any:
        return StoreFileFactory(
            vector_store=store,
            file=FileFactory(project=project, content=""),
            batch=batch if is_listed else other,
            created_at=moment,
        )

    return Listing(
        f"/v1/vector_stores/{store.public_id}/file_batches/{batch.public_id}/files", make
    )


LISTINGS = [stores, files, store_files, batch_files]
