from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from vectorstores import ids
from vectorstores.indexes import building, dropping
from vectorstores.indexes.definitions import Target
from vectorstores.indexes.review import review_all
from vectorstores.management.store_argument import find_store
from vectorstores.models import IndexKind, StoreIndex

COLUMNS = ("store", "kind", "generation", "state", "chunks", "size", "built", "took", "error")
NOTHING = "-"


class Command(BaseCommand):
    help = (
        "List the search indexes of large stores, or build or drop those of one store. Workers do "
        "this by themselves too: the next review drops the indexes of a store that is too small "
        "for them, and builds those of one that is large enough."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--build", metavar="STORE", help="build the store's indexes now, in this process"
        )
        what.add_argument(
            "--rebuild", metavar="STORE", help="build them again while they stay in use"
        )
        what.add_argument(
            "--drop", metavar="STORE", help="drop them, so that searches compare all chunks"
        )
        what.add_argument(
            "--review", action="store_true", help="review all stores, as beat does once an hour"
        )

    def handle(
        self, *, build: str | None, rebuild: str | None, drop: str | None, review: bool, **_: object
    ) -> None:
        now = timezone.now()
        if build or rebuild:
            self._build(build or rebuild or "", now, rebuild=bool(rebuild))
        elif drop:
            self._drop(drop)
        elif review:
            self.stdout.write(f"Reviewed stores: {review_all(now)}")
        else:
            self._list()

    def _build(self, public_id: str, now: datetime, *, rebuild: bool) -> None:
        store = find_store(public_id)
        if store.has_expired(now):
            raise CommandError(f"The store {public_id} has expired.")
        for target in (
            Target(IndexKind.VECTOR, store.pk, store.generation),
            Target(IndexKind.TEXT, store.pk),
        ):
            outcome = building.build(
                target, dimensions=store.embedding_dimensions, now=timezone.now(), rebuild=rebuild
            )
            self.stdout.write(f"{target.name}: {outcome.value}")

    def _drop(self, public_id: str) -> None:
        store = find_store(public_id)
        targets = [Target.of(row) for row in StoreIndex.objects.existing().of_stores([store.pk])]
        left = dropping.drop(targets)
        for target in targets:
            outcome = "in use, try again" if target in left else "dropped"
            self.stdout.write(f"{target.name}: {outcome}")

    def _list(self) -> None:
        rows = StoreIndex.objects.order_by("vector_store", "kind", "generation")
        table = [COLUMNS, *(cells_of(row) for row in rows)]
        widths = [max(len(row[column]) for row in table) for column in range(len(COLUMNS))]
        for row in table:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())


def cells_of(row: StoreIndex) -> tuple[str, ...]:
    """Return one cell for each of COLUMNS."""

    def shown(value: Any, show: Callable[[Any], str] = str) -> str:
        return show(value) if value is not None else NOTHING

    return (
        ids.VECTOR_STORE.encode(row.vector_store_id),
        row.kind,
        shown(row.generation or None),
        row.state,
        shown(row.chunks or row.built_chunks, "{:,}".format),
        shown(row.bytes, lambda size: filesizeformat(size).replace("\N{NO-BREAK SPACE}", " ")),
        shown(row.built_at, "{:%Y-%m-%d %H:%M}".format),
        shown(row.build_time, lambda took: f"{took.total_seconds():.0f} s"),
        row.error or NOTHING,
    )
