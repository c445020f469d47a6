"""Looking after stores that have changed: their indexes and their lexicons.

Whoever publishes or deletes chunks says so, and within seconds the sweep looks at those stores.
That may be lost, so once an hour all stores are looked at.
"""

import time
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from vectorstores import dispatch, indexes
from vectorstores.models import IndexBuild, VectorStore

SLICE = 50  # stores at a time
MANY = 500  # where nobody waits
SWEEP_HAS = 2.0  # seconds; what is left over is the next sweep's


def review_changed(now: datetime) -> int:
    """See to stores that have changed, as far as there is time. How many."""
    until = time.monotonic() + SWEEP_HAS
    again: set[UUID] = set()
    seen = 0
    while time.monotonic() < until and (stores := dispatch.take_changed(SLICE)):
        again |= indexes.see_to(stores, now)
        seen += len(stores)
    dispatch.changed(again)
    return seen


def review_all(now: datetime) -> int:
    """See to every store there is. How many."""
    again: set[UUID] = set()
    seen = 0
    for stores in _slices():
        again |= indexes.see_to(stores, now)
        seen += len(stores)
    dispatch.changed(again)
    return seen


def wake_builder(now: datetime) -> bool:
    """Wake a worker where an index is due that nobody builds, also because they were killed."""
    wanted = IndexBuild.objects.due(now).exists() and not indexes.somebody_builds()
    if wanted:
        dispatch.wake_builder()
    return wanted


def _slices() -> Iterator[list[UUID]]:
    keys = VectorStore.objects.live().order_by("pk").values_list("pk", flat=True)
    last = UUID(int=0)
    while found := list(keys.filter(pk__gt=last)[:MANY]):
        yield found
        last = found[-1]
