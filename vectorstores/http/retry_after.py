import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT = 600.0
"""Seconds. A service that asks for more is asked again earlier: its header may be wrong, and
nothing must be parked for a day by one."""


def retry_after(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Seconds to wait, from `retry-after-ms` or `retry-after` (RFC 9110 §10.2.3); None if unsaid.

    A header that cannot be read counts as unsaid. At least 0, at most LONGEST_WAIT.
    """
    wait = _number(headers.get("retry-after-ms"))
    if wait is not None:
        return _bounded(wait / 1000)
    value = headers.get("retry-after")
    wait = _number(value)
    if wait is None:
        wait = _seconds_until(value, now)
    return None if wait is None else _bounded(wait)


def _number(value: str | None) -> float | None:
    try:
        number = float(value or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _seconds_until(value: str | None, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(value or "")
    except ValueError:
        return None
    # An HTTP date is always GMT; one that says "-0000" is parsed without a zone.
    return (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()


def _bounded(seconds: float) -> float:
    return min(max(seconds, 0.0), LONGEST_WAIT)
