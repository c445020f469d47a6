"""A batch's progress, as people say it."""

from datetime import datetime

from vectorstores.models.batches import BatchProgress

# Up to so many seconds it is told in these.
_UNITS = ((120, 1, "s"), (7200, 60, "min"), (48 * 3600, 3600, "h"))


def in_words(progress: BatchProgress, now: datetime) -> str:
    """`1,200 of 2,000 files, 35 a second, done in about 25 s`"""
    parts = [f"{progress.files_done:,} of {progress.files_total:,} files"]
    if progress.files_per_second:
        parts.append(_rate(progress.files_per_second))
    if progress.estimated_completion_at:
        left = progress.estimated_completion_at - now.timestamp()
        parts.append(f"done in about {_duration(left)}")
    return ", ".join(parts)


def _rate(a_second: float) -> str:
    for amount, unit in ((a_second, "second"), (a_second * 60, "minute")):
        if amount >= 1:
            return f"{_two_digits(amount)} a {unit}"
    return f"{_two_digits(a_second * 3600)} an hour"


def _two_digits(amount: float) -> str:
    return f"{amount:,.0f}" if amount >= 9.95 else f"{amount:.2g}"


def _duration(seconds: float) -> str:
    for limit, size, unit in _UNITS:
        if seconds <= limit:
            return f"{max(round(seconds / size), 1)} {unit}"
    return f"{round(seconds / 86400):,} days"
