"""What a Word file's styles say about the paragraphs in them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from zipfile import ZipFile

from lxml.etree import _Element

from ingestion.parsing.containers.xml_parts import attribute, events, whole

_BODY_LEVEL = "9"  # the outline level of plain text
_TITLES = ("title", "heading")


@dataclass(frozen=True, slots=True)
class Style:
    """`level` is None where the paragraph says nothing of it and leaves it to its style."""

    is_heading: bool = False
    list_id: str | None = None
    level: int | None = None
    numbered_by: str | None = None  # the style that names the list


class Styles:
    def __init__(self, archive: ZipFile, part: str | None) -> None:
        self._given: dict[str, tuple[str | None, Callable[[Style], Style]]] = {}
        self._known: dict[str, Style] = {}
        if part:
            with archive.open(part) as file:
                for event, tag, element in events(file, (), ("style",)):
                    if event == "end" and tag == "style":
                        self._learn(element)

    def named(self, name: str | None) -> Style:
        """With what it takes over from those it is based on, nearest first."""
        line: list[str] = []
        while name in self._given and name not in line and name not in self._known:
            line.append(name)
            name = self._given[name][0]
        style = self._known.get(name or "", Style())
        for one in reversed(line):
            style = self._known[one] = self._given[one][1](style)
        return style

    def _learn(self, element: _Element) -> None:
        name = attribute(element, "styleId") or ""
        title = (attribute(element.find("{*}name"), "val") or "").lower()
        settings = element.find("{*}pPr")

        def given(base: Style) -> Style:
            style = refined(base, settings, name)
            return replace(style, is_heading=True) if title.startswith(_TITLES) else style

        self._given[name] = (attribute(element.find("{*}basedOn"), "val"), given)


def refined(style: Style, settings: _Element | None, name: str | None = None) -> Style:
    """The style after a paragraph's own settings, or those of the style of this name."""
    if settings is None:
        return style
    outline = attribute(settings.find("{*}outlineLvl"), "val")
    if outline is not None:
        style = replace(style, is_heading=outline != _BODY_LEVEL)
    numbering = settings.find("{*}numPr")
    if numbering is None:
        return style
    list_id = attribute(numbering.find("{*}numId"), "val")
    level = whole(attribute(numbering.find("{*}ilvl"), "val"), -1)
    if list_id is not None:
        style = replace(style, list_id=list_id, numbered_by=name)
    return replace(style, level=min(level, 8)) if level >= 0 else style
