"""Numbers as sheets display them.

Dates and durations are stored as numbers of days, and percentages as fractions. A cell's style has
the format.
"""

import re
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from zipfile import ZipFile

from ingestion.parsing.containers.xml_parts import as_int, attribute, events
from ingestion.parsing.format_codes import shown

_FIRST_DAY, _FIRST_DAY_1904 = datetime(1899, 12, 30, tzinfo=UTC), datetime(1904, 1, 1, tzinfo=UTC)
_LAST_DAY = datetime(9999, 12, 31, tzinfo=UTC)
_MAX_DURATION = 2_958_465  # days

# The built-in formats, which have a number but no code: dates and times, East Asian ones included,
# and numbers. ECMA-376, part 1, 18.8.30 lists them.
_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_CODES = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    37: "#,##0;(#,##0)",
    38: "#,##0;(#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;(#,##0.00)",
}
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)


class Formats:
    """The number formats of an xlsx, by the styles of its cells."""

    def __init__(self, archive: ZipFile, part: str | None, *, is_1904: bool) -> None:
        self._is_1904 = is_1904
        self._formats: dict[str, NumberFormat] = {}  # by the number of a cell's style
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
            self._formats[str(style)] = number_format(number, codes.get(number))

    def as_displayed(self, value: str, style: str) -> str:
        """Format a number in a style: 12, 0.5, 15%, 00042, 2026-05-01, 2026-05-01 08:30:00."""
        return value_text(value, self._formats.get(style, GENERAL), is_1904=self._is_1904)


class NumberFormat(NamedTuple):
    kind: str  # date, duration, or empty for others
    code: str


GENERAL = NumberFormat("", "")


def number_format(number: int, code: str | None) -> NumberFormat:
    """Return the format of this number, which has a code unless it is a built-in one."""
    if code is None:
        if number in _DATES:
            return NumberFormat("date", "")
        return NumberFormat("", _CODES[number]) if number in _CODES else GENERAL
    first = _LITERAL.sub("", code).partition(";")[0].lower()
    if "[" in first:
        return NumberFormat("duration", "")
    if re.search("[ymdhs]", first) and "general" not in first:
        return NumberFormat("date", "")
    return GENERAL if code.lower() in ("general", "@") else NumberFormat("", code)


def value_text(value: str, form: NumberFormat, *, is_1904: bool) -> str:
    """Format a stored value, which is returned as it is if it is no number."""
    if form is GENERAL and value.isdecimal():
        return value
    try:
        number = float(value)
    except ValueError:
        return value
    return displayed(number, form, is_1904=is_1904)


def displayed(number: float, form: NumberFormat, *, is_1904: bool) -> str:
    if form.kind == "date":
        return date_text(number, is_1904=is_1904)
    if form.kind == "duration":
        return duration_text(number)
    return (form.code and shown(number, form.code)) or number_text(number)


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
