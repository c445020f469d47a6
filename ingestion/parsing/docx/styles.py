"""The styles of a Word file, and the settings they give to paragraphs and runs."""

from dataclasses import dataclass, replace
from typing import IO
from zipfile import ZipFile

from lxml.etree import _Element

from ingestion.parsing.containers.xml_parts import as_int, attribute, events
from ingestion.parsing.docx.looks import PLAIN, Look, look_of

_BODY_LEVEL = "9"  # the outline level of body text
_TITLES = ("title", "heading")
_NOTE_MARKS = ("footnote reference", "endnote reference")


@dataclass(frozen=True, slots=True)
class Style:
    """The style of a paragraph. `level` is None if the list's levels determine it."""

    is_heading: bool = False
    list_id: str | None = None
    level: int | None = None
    numbered_by: str | None = None  # the style that refers to the list
    look: Look = PLAIN


@dataclass(frozen=True, slots=True)
class _Definition:
    based_on: str | None
    settings: _Element | None
    is_title: bool
    look: Look


class Styles:
    def __init__(self) -> None:
        self._definitions: dict[str, _Definition] = {}
        self._resolved: dict[str, Style] = {}

    @classmethod
    def of(cls, archive: ZipFile, part: str | None) -> "Styles":
        styles = cls()
        if part is not None:
            with archive.open(part) as file:
                styles.read(file)
        return styles

    def read(self, file: IO[bytes]) -> None:
        """Read the styles that are defined in a part, or in a whole document before its body."""
        for event, tag, element in events(file, ("body",), ("style",)):
            if tag == "body":
                return
            if event == "end":
                title = (attribute(element.find("{*}name"), "val") or "").lower()
                look = look_of(element.find("{*}rPr"))
                self._definitions[attribute(element, "styleId") or ""] = _Definition(
                    attribute(element.find("{*}basedOn"), "val"),
                    element.find("{*}pPr"),
                    title.startswith(_TITLES),
                    replace(look, is_note_mark=True) if title in _NOTE_MARKS else look,
                )

    def named(self, name: str | None) -> Style:
        """Return the style of this name, with the settings it inherits."""
        lineage: list[str] = []
        while name in self._definitions and name not in lineage and name not in self._resolved:
            lineage.append(name)
            name = self._definitions[name].based_on
        style = self._resolved.get(name or "", Style())
        for one in reversed(lineage):
            definition = self._definitions[one]
            style = with_settings(style, definition.settings, one)
            if definition.look is not PLAIN:
                style = replace(style, look=definition.look.over(style.look))
            if definition.is_title:
                style = replace(style, is_heading=True)
            self._resolved[one] = style
        return style


def with_settings(style: Style, settings: _Element | None, name: str | None = None) -> Style:
    """Return a style with settings applied: a paragraph's own, or those of the style `name`."""
    if settings is None:
        return style
    outline = attribute(settings.find("{*}outlineLvl"), "val")
    if outline is not None:
        style = replace(style, is_heading=outline != _BODY_LEVEL)
    numbering = settings.find("{*}numPr")
    if numbering is None:
        return style
    list_id = attribute(numbering.find("{*}numId"), "val")
    level = as_int(attribute(numbering.find("{*}ilvl"), "val"), -1)
    if list_id is not None:
        style = replace(style, list_id=list_id, numbered_by=name)
    return replace(style, level=min(level, 8)) if level >= 0 else style
