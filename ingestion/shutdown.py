"""Tell the processes of a worker's pool that the worker was asked to stop.

A signal reaches only the worker's main process. So that process writes the moment into a page of
memory that all others share with it, since it was mapped before they were forked.
"""

import mmap
import struct
import time

from django.conf import settings

_PAGE = mmap.mmap(-1, mmap.PAGESIZE)
_MOMENT = struct.Struct("d")


class Stopping(Exception):
    """The worker has to stop now: release its claims, so that other workers take them."""


def announce(now: float) -> None:
    """Ask all processes to stop. Call it in the main process, with seconds since the epoch."""
    _MOMENT.pack_into(_PAGE, 0, now)


def requested_at() -> float | None:
    """Return when the worker was asked to stop, in seconds since the epoch; None if it was not."""
    moment: float = _MOMENT.unpack_from(_PAGE, 0)[0]
    return moment or None


def check_time_left() -> None:
    """Raise Stopping once INGEST_DRAIN has passed since the worker was asked to stop."""
    requested = requested_at()
    if requested is not None and time.time() >= requested + settings.INGEST_DRAIN.total_seconds():
        raise Stopping
