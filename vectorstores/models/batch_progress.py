"""How far a batch is and how fast, asked of the moments at which its files were settled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from django.db.models import Aggregate, Count, Max, Min, Q

# Those that workers brought to an end. Cancelling takes no time, so it makes no batch faster.
_WORKED = Q(status__in=("completed", "failed"))

# From here on the rate is counted from the first file that was settled, which leaves out how long
# the batch waited for its turn. Fewer may all be of one moment, of as many workers at once.
_ENOUGH_MOMENTS = 10

PACE: dict[str, Aggregate] = {
    "first_settled_at": Min("settled_at", filter=_WORKED),
    "last_settled_at": Max("settled_at", filter=_WORKED),
    "moments": Count("settled_at", filter=_WORKED, distinct=True),
}
"""What `batch_progress` reads beside the counts."""


@dataclass(frozen=True)
class BatchProgress:
    """`files_per_second` is null while no file is settled, and `estimated_completion_at` (seconds
    since 1970) then too, and when there is nothing left to do.
    """

    files_done: int
    files_total: int
    files_per_second: float | None
    estimated_completion_at: int | None


def batch_progress(
    counts: Mapping[str, Any], *, created_at: datetime, now: datetime
) -> BatchProgress:
    """Of `counts` that were read with `PACE`: of none, if the batch has no files."""
    total, left = counts.get("total", 0), counts.get("in_progress", 0)
    rate = _files_per_second(counts, created_at, now) if total else None
    end = ceil(now.timestamp() + left / rate) if rate and left else None
    return BatchProgress(total - left, total, _rounded(rate), end)


def _files_per_second(
    counts: Mapping[str, Any], created_at: datetime, now: datetime
) -> float | None:
    """While files are left the clock goes on, so that a batch that stands still gets slower.

    Files that are published together are settled in the same moment. `1 / moments` of all is how
    many the first moment had: those were done before the clock was started.
    """
    files, moments = counts["completed"] + counts["failed"], counts["moments"]
    if not moments:
        return None
    start, until = created_at, now
    if moments >= _ENOUGH_MOMENTS:
        start, files = datetime.fromisoformat(counts["first_settled_at"]), files * (1 - 1 / moments)
    if not counts["in_progress"]:
        until = datetime.fromisoformat(counts["last_settled_at"])
    seconds = (until - start).total_seconds()
    return files / seconds if seconds > 0 else None  # clocks of two machines may differ


def _rounded(rate: float | None) -> float | None:
    return rate and float(f"{rate:.3g}")
