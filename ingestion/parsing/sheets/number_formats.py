"""Numbers as a sheet shows them: which are dates, times or percentages, its styles say."""

import re
from zipfile import ZipFile

from ingestion.parsing.containers.xml_parts import attribute, events, whole
from ingestion.parsing.sheets.serials import date_text, duration_text, number_text

# The formats that have a number and no code: dates and times, of them those of East Asia, others.
_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_PERCENTAGES = {9, 10}
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)


class Formats:
    def __init__(self, archive: ZipFile, part: str | None, *, is_1904: bool) -> None:
        self._is_1904 = is_1904
        self._codes: dict[int, str] = {}
        self._formats: list[int] = []  # by the number of a cell's style
        if part:
            self._learn(archive, part)
        kinds = {str(style): self._kind(number) for style, number in enumerate(self._formats)}
        self._by_style = {style: kind for style, kind in kinds.items() if kind}

    def shown(self, value: str, style: str) -> str:
        """As text, a number of this style: 12, 0.5, 15%, 2026-05-01, 2026-05-01 08:30:00."""
        kind = self._by_style.get(style)
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

    def _learn(self, archive: ZipFile, part: str) -> None:
        with archive.open(part) as file:
            for event, tag, element in events(file, ("numFmt",), ("cellXfs",)):
                if event == "end" and tag == "numFmt":
                    number = whole(attribute(element, "numFmtId"), 0)
                    self._codes[number] = attribute(element, "formatCode") or ""
                elif event == "end":
                    self._formats += [whole(attribute(one, "numFmtId"), 0) for one in element]

    def _kind(self, number: int) -> str:
        if number not in self._codes:
            return "date" if number in _DATES else "percentage" * (number in _PERCENTAGES)
        code = _LITERAL.sub("", self._codes[number]).partition(";")[0].lower()
        if "[" in code:
            return "duration"
        if re.search("[ymdhs]", code) and "general" not in code:
            return "date"
        return "percentage" if "%" in code else ""
