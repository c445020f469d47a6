"""The numbers of list paragraphs, which Word does not store but computes when it opens a file."""

from zipfile import ZipFile

from lxml.etree import _Element

from ingestion.parsing.blocks.numbering import LEVELS, AbstractList, Level, NumberedList
from ingestion.parsing.containers.xml_parts import as_int, attribute, events


class Lists:
    def __init__(self, archive: ZipFile | None, part: str | None) -> None:
        self._lists: dict[str | None, NumberedList] = {}
        if archive is None or part is None:
            return
        abstracts: dict[str | None, AbstractList] = {}
        with archive.open(part) as file:
            for event, tag, element in events(file, (), ("abstractNum", "num")):
                if event == "end" and tag == "abstractNum":
                    abstracts[attribute(element, "abstractNumId")] = AbstractList(_levels(element))
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
        return found.next_label(depth)


def _list_of(element: _Element, abstract: AbstractList) -> NumberedList:
    """Return a list with the abstract one's levels and its own overrides."""
    found = NumberedList(abstract)
    for override in element.iterfind("{*}lvlOverride"):
        found.levels |= _levels(override)
        start = attribute(override.find("{*}startOverride"), "val")
        if start is not None:
            found.restarts[_depth(override)] = as_int(start, 1)
    return found


def _levels(element: _Element) -> dict[int, Level]:
    return {
        _depth(level): Level(
            as_int(attribute(level.find("{*}start"), "val"), 1),
            attribute(level.find("{*}numFmt"), "val") or "decimal",
            attribute(level.find("{*}lvlText"), "val") or "",
            attribute(level.find("{*}pStyle"), "val"),
        )
        for level in element.iterfind("{*}lvl")
    }


def _depth(level: _Element) -> int:
    return min(max(as_int(attribute(level, "ilvl"), 0), 0), LEVELS - 1)
