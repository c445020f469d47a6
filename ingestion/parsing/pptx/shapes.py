"""The shapes of a slide, in reading order."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from zipfile import ZipFile

from lxml.etree import _Element

from ingestion.parsing.blocks.drawing_text import address_in, paragraph_text
from ingestion.parsing.containers.opc import relations
from ingestion.parsing.containers.xml_parts import as_int, attribute, local_name, tree
from ingestion.parsing.inline import picture
from ingestion.parsing.pptx.lists import ShapeLists

Point = tuple[int, int]  # distances from the top and from the left

_CANVASES = {"grpSp", "AlternateContent", "Choice", "contentPart"}
_SHAPES = {"sp", "graphicFrame", "pic", "cxnSp", *_CANVASES}
_TITLES = ("title", "ctrTitle")
# PowerPoint appends this, in the user's language, to a description that it made itself.
_BY_PROGRAM = re.compile(r"\s*Description automatically generated.*", re.DOTALL)


@dataclass
class Layout:
    """The positions of a layout's placeholders, for the shapes of a slide that have none."""

    points: dict[str | None, Point] = field(default_factory=dict)
    master: "Layout | None" = None

    @classmethod
    def of(cls, archive: ZipFile, part: str) -> "Layout":
        if not part:
            return cls()
        parts = (at for kind, at in relations(archive, part).values() if kind == "slideMaster")
        masters = [cls(_points(archive, master)) for master in islice(parts, 1)]
        return cls(_points(archive, part), *masters)

    def point(self, place: _Element) -> Point | None:
        """Return a placeholder's position, by its index or else by its type, here or in the master.

        A slide shares indices only with its own layout.
        """
        index = attribute(place, "idx")
        found = self.points.get(index) if index else None
        found = found or self.points.get(_type(place))
        return found or (self.master.point(place) if self.master else None)


def _points(archive: ZipFile, part: str) -> dict[str | None, Point]:
    points: dict[str | None, Point] = {}
    for shape in tree(archive, part).iter("{*}sp"):
        place, point = placeholder(shape), _own_point(shape)
        if place is not None and point:
            points.setdefault(attribute(place, "idx"), point)
            points.setdefault(_type(place), point)
    return points


def shapes(root: _Element, layout: Layout) -> list[_Element]:
    """Return the shapes from top to bottom and left to right.

    A group is followed by its shapes.
    """
    canvases = root.iterfind("{*}cSld/{*}spTree")
    return [shape for canvas in canvases for shape in _in_reading_order(canvas, layout)]


def is_title(shape: _Element) -> bool:
    return attribute(placeholder(shape), "type") in _TITLES


def paragraphs(body: _Element, addresses: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (label in a list, text) for each paragraph that is not blank.

    The label is a number, `-` for a bullet, or empty. Styles of the slide's layout are left out.
    """
    lists = ShapeLists(body)
    for paragraph in body.iter("{*}p"):
        if text := paragraph_text(paragraph, addresses).strip():
            yield lists.label(paragraph.find("{*}pPr")), text


def description(shape: _Element) -> str:
    """Return the alternative text of a picture, chart, group or other shape, or nothing."""
    own = shape.find("*/{*}cNvPr")
    if own is None:
        return ""
    written = _BY_PROGRAM.sub("", own.get("descr", "")).strip() or own.get("title", "")
    return picture(written)


def address_of(shape: _Element, addresses: Mapping[str, str]) -> str:
    """Return the address that a click on the shape opens, or nothing."""
    own = shape.find("*/{*}cNvPr")
    return "" if own is None else address_in(own, addresses)


def _in_reading_order(canvas: _Element, layout: Layout) -> list[_Element]:
    found = []
    shapes = [shape for shape in canvas if local_name(shape) in _SHAPES]
    if local_name(canvas) == "AlternateContent":
        shapes = shapes[:1]  # since the others show the same
    for shape in sorted(shapes, key=lambda shape: _point(shape, layout)):
        found.append(shape)
        if local_name(shape) in _CANVASES:
            found += _in_reading_order(shape, layout)
    return found


def _point(shape: _Element, layout: Layout) -> Point:
    if point := _own_point(shape):
        return point
    place = placeholder(shape)
    return (layout.point(place) if place is not None else None) or (0, 0)


def _own_point(shape: _Element) -> Point | None:
    for offset in shape.iter("{*}off"):
        if "x" in offset.attrib and "y" in offset.attrib:
            return as_int(offset.get("y"), 0), as_int(offset.get("x"), 0)
    return None


def placeholder(shape: _Element) -> _Element | None:
    return shape.find("{*}nvSpPr/{*}nvPr/{*}ph")


def _type(place: _Element) -> str:
    found = attribute(place, "type") or "body"  # the default type
    return {"ctrTitle": "title", "subTitle": "body", "obj": "body"}.get(found, found)
