"""Numbers as sheets show them. Dates are numbers of days, durations too; the style of a cell says
which of its numbers are dates, times or percentages."""

import re
from datetime import UTC, datetime, time, timedelta
from zipfile import ZipFile

from ingestion.parsing.containers.xml_parts import as_int, attribute, events

_FIRST_DAY, _FIRST_DAY_1904 = datetime(1899, 12, 30, tzinfo=UTC), datetime(1904, 1, 1, tzinfo=UTC)
_LAST_DAY = datetime(9999, 12, 31, tzinfo=UTC)
_MAX_DURATION = 2_958_465  # days, of a duration

# The formats that have a number and no code: dates and times, those of East Asia among them, and
# percentages.
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

    def shown(self, value: str, style: str) -> str:
        """Return a number of this style as text: 12, 0.5, 15%, 2026-05-01, 2026-05-01 08:30:00."""
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
    """Return the kind of numbers of a format: date, duration, percentage, or nothing special."""
    if code is None:
        return "date" if number in _DATES else "percentage" * (number in _PERCENTAGES)
    code = _LITERAL.sub("", code).partition(";")[0].lower()
    if "[" in code:
        return "duration"
    if re.search("[ymdhs]", code) and "general" not in code:
        return "date"
    return "percentage" if "%" in code else ""


def number_text(number: float) -> str:
    return f"{number:.15g}"  # as many digits as Excel keeps


def date_text(days: float, *, is_1904: bool) -> str:
    """Return 2026-05-01, 2026-05-01 08:30:00, or 08:30:00 where there is no day."""
    first = _FIRST_DAY_1904 if is_1904 else _FIRST_DAY
    last = (_LAST_DAY - first).days
    if not 0 <= days <= last + 1:
        return number_text(days)
    whole_days, seconds = divmod(round(days * 86_400), 86_400)
    if whole_days > last:
        return number_text(days)
    # Because Excel counts a 29th of February 1900, every day before it is one too early.
    skipped = 1 if days < 60 and not is_1904 else 0
    at = first + timedelta(days=whole_days + skipped, seconds=seconds)
    if days < 1:
        return f"{at:%H:%M:%S}"
    return f"{at:%Y-%m-%d}" if at.time() == time() else f"{at:%Y-%m-%d %H:%M:%S}"


def duration_text(days: float) -> str:
    """Return hours, however many, minutes and seconds."""
    if not abs(days) <= _MAX_DURATION:  # nor is "nan"
        return number_text(days)
    minutes, seconds = divmod(round(abs(days) * 86_400), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{'-' * (days < 0)}{hours}:{minutes:02d}:{seconds:02d}"
