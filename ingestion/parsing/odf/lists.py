"""Which lists of an OpenDocument file are numbered, and how far each has counted."""

from dataclasses import dataclass

from lxml.etree import _Element

from ingestion.parsing.blocks.list_numbers import list_number
from ingestion.parsing.containers.xml_parts import attribute, whole


@dataclass
class _List:
    style: str | None
    number: int = 0


class Lists:
    def __init__(self) -> None:
        self._styles: dict[tuple[str | None, str | None], tuple[str | None, str]] = {}
        self._style: str | None = None  # the one being described
        self._open: list[_List] = []
        self._is_first = False  # the next paragraph is the first of its item

    def start(self, tag: str, element: _Element) -> None:
        if tag == "list-style":
            self._style = attribute(element, "name")
        elif tag == "list-level-style-number":
            level = self._style, attribute(element, "level")
            suffix = attribute(element, "num-suffix") or ""
            self._styles[level] = attribute(element, "num-format"), suffix
        elif tag == "list":
            above = self._open[-1].style if self._open else None
            self._open.append(_List(attribute(element, "style-name") or above))
        elif tag == "list-item" and self._open:
            one = self._open[-1]
            one.number = whole(attribute(element, "start-value"), one.number + 1)
            self._is_first = True

    def end(self, tag: str) -> None:
        if tag == "list" and self._open:
            self._open.pop()
        elif tag == "list-item":
            self._is_first = False

    def label(self) -> str | None:
        """What stands before the next paragraph: a number, `-` for a bullet, nothing in the middle
        of an item; None outside of lists."""
        if not self._open:
            return None
        if not self._is_first:
            return ""
        self._is_first = False
        numbered = self._styles.get((self._open[-1].style, str(len(self._open))))
        if numbered is None:
            return "-"
        format_, suffix = numbered
        return list_number(self._open[-1].number, format_) + suffix if format_ else ""
