"""Being asked to stop. A pool process is not told by its signals, so the worker's main process,
which is, writes the moment into a page of memory that all of them have from before they forked.
"""

import mmap
import struct

_PAGE = mmap.mmap(-1, mmap.PAGESIZE)
_MOMENT = struct.Struct("d")


def announce(now: float) -> None:
    """To be called in the worker's main process. `now` in seconds since the epoch."""
    _MOMENT.pack_into(_PAGE, 0, now)


def announced_at() -> float | None:
    """Seconds since the epoch; None while nobody asked."""
    moment: float = _MOMENT.unpack_from(_PAGE, 0)[0]
    return moment or None
