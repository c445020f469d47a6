"""Files with chosen attributes, and filters to match against them."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.factories import FileFactory, VectorStoreFactory
from vectorstores.models import File, VectorStore, VectorStoreFile
from vectorstores.search.filters import parse, to_q


def among(*attributes: dict) -> Callable[[dict], list[dict]]:
    """Create files with these attributes. Return a function that lists those a filter matches."""
    store = VectorStoreFactory()
    rows_of(store, FileFactory(project=store.project), attributes)

    def match(filter_: dict) -> list[dict]:
        found = VectorStoreFile.objects.filter(to_q(parse(filter_, "filters"))).order_by("pk")
        return list(found.values_list("attributes", flat=True))

    return match


def rows_of(
    store: VectorStore, file: File, attributes: Iterable[dict[str, Any]]
) -> list[VectorStoreFile]:
    """Create many rows of one file, removed at different times, since only one row may be live."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return VectorStoreFile.objects.bulk_create(
        VectorStoreFile(
            vector_store=store,
            project=store.project,
            file=file,
            attributes=each,
            deleted_at=start + timedelta(seconds=number),
        )
        for number, each in enumerate(attributes)
    )


def compare(type_: str, value: Any, key: str = "k") -> dict:
    return {"type": type_, "key": key, "value": value}
