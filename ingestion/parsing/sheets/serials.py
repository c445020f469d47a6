"""Excel's numbers as text; its dates are numbers of days."""

from datetime import UTC, datetime, time, timedelta

_FIRST_DAY, _FIRST_DAY_1904 = datetime(1899, 12, 30, tzinfo=UTC), datetime(1904, 1, 1, tzinfo=UTC)
_LAST_DAY = datetime(9999, 12, 31, tzinfo=UTC)
_LONGEST = 2_958_465  # days, of a duration


def number_text(number: float) -> str:
    return f"{number:.15g}"  # as many digits as Excel keeps


def date_text(days: float, *, is_1904: bool) -> str:
    """2026-05-01, 2026-05-01 08:30:00, or 08:30:00 where there is no day."""
    first = _FIRST_DAY_1904 if is_1904 else _FIRST_DAY
    last = (_LAST_DAY - first).days
    if not 0 <= days <= last + 1:
        return number_text(days)
    whole_days, seconds = divmod(round(days * 86_400), 86_400)
    if whole_days > last:
        return number_text(days)
    # Excel counts a 29th of February 1900, so that before it every day is one too early.
    skipped = 1 if days < 60 and not is_1904 else 0
    at = first + timedelta(days=whole_days + skipped, seconds=seconds)
    if days < 1:
        return f"{at:%H:%M:%S}"
    return f"{at:%Y-%m-%d}" if at.time() == time() else f"{at:%Y-%m-%d %H:%M:%S}"


def duration_text(days: float) -> str:
    """Hours, however many, minutes and seconds."""
    if not abs(days) <= _LONGEST:  # nor is "nan"
        return number_text(days)
    minutes, seconds = divmod(round(abs(days) * 86_400), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{'-' * (days < 0)}{hours}:{minutes:02d}:{seconds:02d}"
