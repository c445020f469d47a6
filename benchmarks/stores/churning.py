"""The wear of a store: files go, others come, attributes change."""

from datetime import timedelta

import numpy as np
from django.utils import timezone

from benchmarks.stores.filling import CHUNKS, Filled, draw_attributes, fill
from benchmarks.stores.vectors import Space
from vectorstores import maintenance, services
from vectorstores.models import VectorStore, VectorStoreFile

GONE = 0.3  # of the files; from there on an index is built anew
NEW = 0.01


def churn(store: VectorStore, space: Space, filled: Filled) -> Filled:
    """Take out files at random, draw the attributes of the others anew, and put in a few."""
    rng = np.random.default_rng(5)
    files = np.unique(filled.store_file)
    gone = rng.choice(files, size=int(len(files) * GONE), replace=False)
    VectorStoreFile.objects.filter(pk__in=gone.tolist()).remove(timezone.now())
    purge()
    stays = ~np.isin(filled.store_file, gone)
    attributes = _redrawn(rng, np.setdiff1d(files, gone).tolist())
    new = fill(store, space, max(1, int(len(files) * NEW)) * CHUNKS, seed=7)
    return Filled(
        store_file=np.concatenate([filled.store_file[stays], new.store_file]),
        position=np.concatenate([filled.position[stays], new.position]),
        vectors=np.concatenate([filled.vectors[stays], new.vectors]),
        attributes=attributes | new.attributes,
    )


def drop(store: VectorStore) -> None:
    """Delete the store with all its rows."""
    services.delete_store(store=store, now=timezone.now())
    purge()


def purge() -> None:
    now = timezone.now()
    maintenance.purge(now, tombstone_age=timedelta(0))


def _redrawn(rng: np.random.Generator, files: list[int]) -> dict[int, dict[str, bool]]:
    drawn = {pk: draw_attributes(rng, int(rng.integers(1000))) for pk in files}
    rows = [VectorStoreFile(pk=pk, attributes=attributes) for pk, attributes in drawn.items()]
    VectorStoreFile.objects.bulk_update(rows, ["attributes"], batch_size=2000)
    return drawn
