"""The numbers of numbered paragraphs, which Word works out anew whenever it opens a file."""

import re
from dataclasses import dataclass, field
from zipfile import ZipFile

from lxml.etree import _Element

from ingestion.parsing.blocks.list_numbers import list_number
from ingestion.parsing.containers.xml_parts import attribute, events, whole

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
    """What lists look like. Those of one look are counted on together."""

    levels: dict[int, _Level] = field(default_factory=dict)
    counters: list[int | None] = field(default_factory=lambda: [None] * _LEVELS)


@dataclass
class _List:
    abstract: _Abstract
    levels: dict[int, _Level] = field(default_factory=dict)
    restarts: dict[int, int] = field(default_factory=dict)


class Lists:
    def __init__(self, archive: ZipFile, part: str | None) -> None:
        self._abstracts: dict[str | None, _Abstract] = {}
        self._lists: dict[str | None, _List] = {}
        if part:
            with archive.open(part) as file:
                for event, tag, element in events(file, (), ("abstractNum", "num")):
                    if event == "end":
                        self._learn(tag, element)

    def label(self, list_id: str | None, level: int | None, style: str | None) -> str | None:
        """What stands before the next paragraph of a list: its number, `-` for a bullet, nothing;
        None if there is no such list."""
        found = self._lists.get(list_id)
        if found is None:
            return None
        if level is None:
            level = next((n for n, at in found.abstract.levels.items() if at.style == style), 0)
        shown = _level(found, level)
        self._count(found, level)
        if shown.format == "bullet":
            return "-"
        return _PLACE.sub(lambda place: _number(found, int(place[1]) - 1), shown.text).strip()

    def _learn(self, tag: str, element: _Element) -> None:
        if tag == "abstractNum":
            abstract = _Abstract(_levels(element))
            self._abstracts[attribute(element, "abstractNumId")] = abstract
            return
        named = attribute(element.find("{*}abstractNumId"), "val")
        known = self._abstracts.get(named)
        if known is None:
            return
        this = self._lists[attribute(element, "numId")] = _List(known)
        for override in element.iterfind("{*}lvlOverride"):
            this.levels |= _levels(override)
            start = attribute(override.find("{*}startOverride"), "val")
            if start is not None:
                this.restarts[_depth(attribute(override, "ilvl"))] = whole(start, 1)

    def _count(self, found: _List, level: int) -> None:
        counters = found.abstract.counters
        number, restart = counters[level], found.restarts.pop(level, None)
        if restart is not None:
            counters[level] = restart
        elif number is None:
            counters[level] = _level(found, level).start
        else:
            counters[level] = number + 1
        counters[level + 1 :] = [None] * (_LEVELS - level - 1)


def _levels(element: _Element) -> dict[int, _Level]:
    return {
        _depth(attribute(level, "ilvl")): _Level(
            whole(attribute(level.find("{*}start"), "val"), 1),
            attribute(level.find("{*}numFmt"), "val") or "decimal",
            attribute(level.find("{*}lvlText"), "val") or "",
            attribute(level.find("{*}pStyle"), "val"),
        )
        for level in element.iterfind("{*}lvl")
    }


def _level(found: _List, level: int) -> _Level:
    return found.levels.get(level) or found.abstract.levels.get(level) or _Level(format="bullet")


def _number(found: _List, level: int) -> str:
    at, number = _level(found, level), found.abstract.counters[level]
    return list_number(at.start if number is None else number, at.format)


def _depth(value: str | None) -> int:
    return min(max(whole(value, 0), 0), _LEVELS - 1)
