"""Numbers as sheets display them.

Dates and durations are stored as numbers of days. A cell's style tells whether its number is a
date, a duration or a percentage.
"""

import re
from datetime import UTC, datetime, time, timedelta
from zipfile import ZipFile

from ingestion.parsing.containers.xml_parts import as_int, attribute, events

_FIRST_DAY, _FIRST_DAY_1904 = datetime(1899, 12, 30, tzinfo=UTC), datetime(1904, 1, 1, tzinfo=UTC)
_LAST_DAY = datetime(9999, 12, 31, tzinfo=UTC)
_MAX_DURATION = 2_958_465  # days

# The built-in formats, which have a number but no code: dates and times, East Asian ones included,
# and percentages.
_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_PERCENTAGES = {9, 10}
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)


class Formats:
    """The number formats of an xlsx, by the styles of its cells."""

    def __init__(self, archive: ZipFile, part: str | None, *, is_1904: bool) -> None:
        self._is_1904 = is_1904
        self._kinds: dict[str, str] = {}  # by the number of a cell's style
        if part is None:
            return
        codes: dict[int, str] = {}
        formats: list[int] = []
        with archive.open(part) as file:
            for event, tag, element in events(file, ("numFmt",), ("cellXfs",)):
                if event == "end" and tag == "numFmt":
                    number = as_int(attribute(element, "numFmtId"), 0)
                    codes[number] = attribute(element, "formatCode") or ""
                elif event == "end":
                    formats += [as_int(attribute(one, "numFmtId"), 0) for one in element]
        for style, number in enumerate(formats):
            if kind := _kind(number, codes.get(number)):
                self._kinds[str(style)] = kind

    def as_displayed(self, value: str, style: str) -> str:
        """Format a number in a style: 12, 0.5, 15%, 2026-05-01, 2026-05-01 08:30:00."""
        kind = self._kinds.get(style)
        if kind is None and value.isdecimal():
            return value
        try:
            number = float(value)
        except ValueError:
            return value
        if kind == "date":
            return date_text(number, is_1904=self._is_1904)
        if kind == "duration":
            return duration_text(number)
        return f"{number_text(number * 100)}%" if kind == "percentage" else number_text(number)


def _kind(number: int, code: str | None) -> str:
    """Return a format's kind of numbers: date, duration, percentage, or empty for plain ones."""
    if code is None:
        return "date" if number in _DATES else "percentage" * (number in _PERCENTAGES)
    code = _LITERAL.sub("", code).partition(";")[0].lower()
    if "[" in code:
        return "duration"
    if re.search("[ymdhs]", code) and "general" not in code:
        return "date"
    return "percentage" if "%" in code else ""


def number_text(number: float) -> str:
    return f"{number:.15g}"  # since Excel keeps 15 digits


def date_text(days: float, *, is_1904: bool) -> str:
    """Format a date: 2026-05-01, 2026-05-01 08:30:00, or 08:30:00 if there is no day."""
    first = _FIRST_DAY_1904 if is_1904 else _FIRST_DAY
    last = (_LAST_DAY - first).days
    if not 0 <= days <= last + 1:
        return number_text(days)
    whole_days, seconds = divmod(round(days * 86_400), 86_400)
    if whole_days > last:
        return number_text(days)
    # Earlier days are off by one, because Excel counts a 29th of February 1900.
    skipped = 1 if days < 60 and not is_1904 else 0
    at = first + timedelta(days=whole_days + skipped, seconds=seconds)
    if days < 1:
        return f"{at:%H:%M:%S}"
    return f"{at:%Y-%m-%d}" if at.time() == time() else f"{at:%Y-%m-%d %H:%M:%S}"


def duration_text(days: float) -> str:
    """Format a duration: 36:15:00. Hours may exceed a day."""
    if not abs(days) <= _MAX_DURATION:  # written so that it holds for nan, too
        return number_text(days)
    minutes, seconds = divmod(round(abs(days) * 86_400), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{'-' * (days < 0)}{hours}:{minutes:02d}:{seconds:02d}"
