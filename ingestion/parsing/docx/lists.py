"""The numbers of list paragraphs, which Word does not store but computes when it opens a file."""

import re
from dataclasses import dataclass, field
from zipfile import ZipFile

from lxml.etree import _Element

from ingestion.parsing.blocks.list_numbers import list_number
from ingestion.parsing.containers.xml_parts import as_int, attribute, events

_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")


@dataclass
class _Level:
    start: int = 1
    format: str = "decimal"
    text: str = ""
    style: str | None = None


@dataclass
class _Abstract:
    """An abstract list, the look of lists. Lists with the same one continue each other's count."""

    levels: dict[int, _Level] = field(default_factory=dict)
    counters: list[int | None] = field(default_factory=lambda: [None] * _LEVELS)


@dataclass
class _List:
    abstract: _Abstract
    levels: dict[int, _Level] = field(default_factory=dict)
    restarts: dict[int, int] = field(default_factory=dict)

    def level(self, depth: int) -> _Level:
        own = self.levels.get(depth) or self.abstract.levels.get(depth)
        return own or _Level(format="bullet")

    def count(self, depth: int) -> None:
        counters = self.abstract.counters
        number, restart = counters[depth], self.restarts.pop(depth, None)
        if restart is not None:
            counters[depth] = restart
        elif number is None:
            counters[depth] = self.level(depth).start
        else:
            counters[depth] = number + 1
        counters[depth + 1 :] = [None] * (_LEVELS - depth - 1)

    def number(self, depth: int) -> str:
        level, number = self.level(depth), self.abstract.counters[depth]
        return list_number(level.start if number is None else number, level.format)


class Lists:
    def __init__(self, archive: ZipFile | None, part: str | None) -> None:
        self._lists: dict[str | None, _List] = {}
        if archive is None or part is None:
            return
        abstracts: dict[str | None, _Abstract] = {}
        with archive.open(part) as file:
            for event, tag, element in events(file, (), ("abstractNum", "num")):
                if event == "end" and tag == "abstractNum":
                    abstracts[attribute(element, "abstractNumId")] = _Abstract(_levels(element))
                elif event == "end":
                    named = attribute(element.find("{*}abstractNumId"), "val")
                    if named in abstracts:
                        self._lists[attribute(element, "numId")] = _list_of(
                            element, abstracts[named]
                        )

    def label(self, list_id: str | None, depth: int | None, style: str | None) -> str | None:
        """Count the list's next paragraph and return its label.

        The label is a number, `-` for a bullet, or empty. Return None if there is no such list.
        """
        found = self._lists.get(list_id)
        if found is None:
            return None
        if depth is None:
            depth = next((n for n, at in found.abstract.levels.items() if at.style == style), 0)
        level = found.level(depth)
        found.count(depth)
        if level.format == "bullet":
            return "-"
        return _PLACE.sub(lambda place: found.number(int(place[1]) - 1), level.text).strip()


def _list_of(element: _Element, abstract: _Abstract) -> _List:
    """Return a list with the abstract one's levels and its own overrides."""
    found = _List(abstract)
    for override in element.iterfind("{*}lvlOverride"):
        found.levels |= _levels(override)
        start = attribute(override.find("{*}startOverride"), "val")
        if start is not None:
            found.restarts[_depth(override)] = as_int(start, 1)
    return found


def _levels(element: _Element) -> dict[int, _Level]:
    return {
        _depth(level): _Level(
            as_int(attribute(level.find("{*}start"), "val"), 1),
            attribute(level.find("{*}numFmt"), "val") or "decimal",
            attribute(level.find("{*}lvlText"), "val") or "",
            attribute(level.find("{*}pStyle"), "val"),
        )
        for level in element.iterfind("{*}lvl")
    }


def _depth(level: _Element) -> int:
    return min(max(as_int(attribute(level, "ilvl"), 0), 0), _LEVELS - 1)
