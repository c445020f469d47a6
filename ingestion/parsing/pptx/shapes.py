"""The shapes of a slide, in reading order."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from zipfile import ZipFile

from lxml.etree import _Element

from ingestion.parsing.containers.opc import relations
from ingestion.parsing.containers.xml_parts import as_int, attribute, local_name, tree

Point = tuple[int, int]  # distances from the top and from the left

_SHAPES = {"sp", "graphicFrame", "grpSp", "AlternateContent", "Choice", "contentPart"}
_TITLES = ("title", "ctrTitle")
_CHARACTERS = {"br": "\n", "tab": "\t"}


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
    """Return the shapes that may hold text, from top to bottom and left to right.

    The shapes of a group stay together.
    """
    canvases = root.iterfind("{*}cSld/{*}spTree")
    return [shape for canvas in canvases for shape in _in_reading_order(canvas, layout)]


def is_title(shape: _Element) -> bool:
    return attribute(placeholder(shape), "type") in _TITLES


def paragraphs(body: _Element) -> Iterator[tuple[bool, str]]:
    """Yield (whether it is a list item, text) for each paragraph that is not blank."""
    for paragraph in body.iter("{*}p"):
        text = "".join(
            element.text or "" if name == "t" else _CHARACTERS[name]
            for element in paragraph.iter("{*}t", "{*}br", "{*}tab")
            if (name := element.tag.rpartition("}")[2])
        )
        settings = paragraph.find("{*}pPr")
        bullets = () if settings is None else settings.iterchildren("{*}buChar", "{*}buAutoNum")
        if text := text.strip():
            yield any(True for _ in bullets), text


def _in_reading_order(canvas: _Element, layout: Layout) -> list[_Element]:
    found = []
    shapes = [shape for shape in canvas if local_name(shape) in _SHAPES]
    for shape in sorted(shapes, key=lambda shape: _point(shape, layout)):
        if local_name(shape) in ("sp", "graphicFrame"):
            found.append(shape)
        else:
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
