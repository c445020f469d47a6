"""The tables of a slide, row by row."""

from collections.abc import Iterator, Mapping

from lxml.etree import _Element

from ingestion.parsing.blocks import join_cells
from ingestion.parsing.containers.xml_parts import attribute
from ingestion.parsing.pptx.shapes import paragraphs

_MAX_REPEATED = 1_000  # characters of a cell that spans rows, since each row repeats it
_TRUE = ("1", "true", "on")


def table_rows(shape: _Element, addresses: Mapping[str, str]) -> Iterator[str]:
    """Yield the rows of a shape's table that are not blank.

    The text of a cell that spans rows is repeated in each, so that a row makes sense alone. That of
    a cell that spans columns is in the first of them.
    """
    for grid in shape.iterfind("{*}graphic/{*}graphicData/{*}tbl"):
        above: dict[int, str] = {}
        for row in grid.iterfind("{*}tr"):
            texts = []
            for column, cell in enumerate(row.iterfind("{*}tc")):
                if attribute(cell, "vMerge") in _TRUE:
                    text = above.get(column, "")
                else:
                    text = " ".join(_in_cell(cell, addresses))
                above[column] = text if len(text) <= _MAX_REPEATED else ""
                texts.append(text)
            if any(texts):
                yield join_cells(texts)


def _in_cell(cell: _Element, addresses: Mapping[str, str]) -> Iterator[str]:
    for label, text in paragraphs(cell, addresses):
        yield f"{label} {text}" if label not in ("", "-") else text
