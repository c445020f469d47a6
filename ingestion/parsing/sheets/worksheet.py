"""Facts about the cells of an xlsx sheet that stand elsewhere than in them.

Merged cells and links stand after the cells in the same part, so that part is read twice. The rows
that hold column names are marked by tables, filters and frozen rows; remarks are separate parts.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO
from zipfile import ZipFile

from lxml.etree import XMLParser, XMLSyntaxError, _Element, fromstring

from ingestion.parsing.containers.opc import addresses, relations
from ingestion.parsing.containers.xml_parts import SAFE_OPTIONS, as_int, attribute, tree
from ingestion.parsing.sheets.cell_names import range_of

_PIECE = 1_048_576
_MAX_TAIL = 20_000_000  # bytes after the cells
_MAX_MERGES = 100_000
_HEAD = 65_536
_OPENING = re.compile(rb"<(?:[\w.-]+:)?worksheet\b[^>]*>")
_CELLS_END = re.compile(rb"</(?:[\w.-]+:)?sheetData>")
_NO_CELLS = re.compile(rb"<(?:[\w.-]+:)?sheetData\s*/>")

Cell = tuple[int, int]  # (row, column), from 1


@dataclass
class Worksheet:
    """The places of merged cells, links, and rows of column names."""

    merged: dict[int, list[Cell]] = field(default_factory=lambda: defaultdict(list))
    """By the first row, the (column, last row) of cells that span several rows."""
    links: dict[Cell, str] = field(default_factory=dict)
    header_rows: set[int] = field(default_factory=set)


def read_worksheet(archive: ZipFile, part: str) -> Worksheet:
    sheet = Worksheet()
    head, tail = _around_cells(archive, part)
    for pane in head.iter("{*}pane"):
        if attribute(pane, "state") in ("frozen", "frozenSplit"):
            frozen = as_int((attribute(pane, "ySplit") or "").partition(".")[0], 0)
            sheet.header_rows.add(frozen)
    for _, merge in zip(range(_MAX_MERGES), tail.iter("{*}mergeCell"), strict=False):
        merged = range_of(attribute(merge, "ref"))
        if merged and merged.bottom > merged.top:
            sheet.merged[merged.top].append((merged.left, merged.bottom))
    targets = addresses(archive, part)
    for link in tail.iter("{*}hyperlink"):
        place = range_of(attribute(link, "ref"))
        if place and (address := targets.get(attribute(link, "id") or "")):
            sheet.links[place.top, place.left] = address
    for filtered in tail.iter("{*}autoFilter"):
        if place := range_of(attribute(filtered, "ref")):
            sheet.header_rows.add(place.top)
    for kind, target in relations(archive, part).values():
        if kind == "table":
            table = tree(archive, target)
            place = range_of(attribute(table, "ref"))
            if place and attribute(table, "headerRowCount") != "0":
                sheet.header_rows.add(place.top)
    sheet.header_rows.discard(0)
    return sheet


def remarks(archive: ZipFile, part: str) -> Iterator[str]:
    """Yield the remarks on the cells of a sheet, each beginning with `Comment on B2`."""
    parts = list(relations(archive, part).values())
    threaded: set[str] = set()
    for kind, target in parts:
        if kind == "threadedComment":
            for remark in tree(archive, target).iter("{*}threadedComment"):
                threaded.add(cell := attribute(remark, "ref") or "")
                yield from _remark(cell, "".join(_texts(remark, "text")))
    for kind, target in parts:
        if kind == "comments":
            for remark in tree(archive, target).iter("{*}comment"):
                # A thread has a copy here, for programs that know no threads.
                if (cell := attribute(remark, "ref") or "") not in threaded:
                    yield from _remark(cell, "".join(_texts(remark, "t")))


def _remark(cell: str, text: str) -> Iterator[str]:
    if words := " ".join(text.split()):
        yield f"Comment on {cell}: {words}"


def _texts(element: _Element, tag: str) -> Iterator[str]:
    return (one.text or "" for one in element.iter(f"{{*}}{tag}"))


def _around_cells(archive: ZipFile, part: str) -> tuple[_Element, _Element]:
    """Return trees of what comes before and after the cells."""
    with archive.open(part) as file:
        head = file.read(_HEAD)
        opening = _OPENING.search(head)
        tail = _after_cells(file, head)
    root = opening[0] if opening else b"<worksheet>"
    before = head[opening.end() :] if opening else b""
    return _lenient_tree(root + before), _lenient_tree(root + tail)


def _after_cells(file: IO[bytes], head: bytes) -> bytes:
    """Return the rest of a sheet after its cells, which may be gigabytes."""
    window = head
    while window:
        # A search for the plain words is much faster than for the tag with any prefix.
        place = window.find(b"sheetData>")
        while place >= 0:
            if _CELLS_END.match(window, max(window.rfind(b"<", 0, place), 0)):
                return window[place + 10 :] + file.read(_MAX_TAIL)
            place = window.find(b"sheetData>", place + 1)
        if _NO_CELLS.search(window):
            return window
        piece = file.read(_PIECE)
        window = window[-64:] + piece if piece else b""
    return b""


def _lenient_tree(xml: bytes) -> _Element:
    """Parse what there is of a part that is cut off."""
    try:
        root = fromstring(xml, XMLParser(**SAFE_OPTIONS, recover=True))
    except XMLSyntaxError:
        root = None
    return fromstring(b"<worksheet/>") if root is None else root
