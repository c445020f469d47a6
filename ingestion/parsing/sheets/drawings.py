"""Drawings on the sheets of an xlsx: text boxes, descriptions of pictures, titles of charts."""

from collections.abc import Iterator
from zipfile import ZipFile

from ingestion.parsing.blocks.charts import chart_texts
from ingestion.parsing.blocks.drawing_text import paragraph_text
from ingestion.parsing.containers.opc import addresses, relations
from ingestion.parsing.containers.xml_parts import tree
from ingestion.parsing.inline import picture

_CHARTS = ("chart", "chartEx", "diagramData")


def drawing_texts(archive: ZipFile, sheet: str) -> Iterator[str]:
    """Yield the texts that are drawn on a sheet. The values of charts are in the cells."""
    for kind, drawing in relations(archive, sheet).values():
        if kind == "drawing":
            yield from _texts(archive, drawing)


def _texts(archive: ZipFile, drawing: str) -> Iterator[str]:
    root = tree(archive, drawing)
    known = addresses(archive, drawing)
    for element in root.iter("{*}cNvPr", "{*}p"):
        is_name = element.tag.endswith("}cNvPr")
        words = picture(element.get("descr", "")) if is_name else paragraph_text(element, known)
        if words := " ".join(words.split()):
            yield words
    for kind, part in relations(archive, drawing).values():
        if kind in _CHARTS:
            yield from chart_texts(tree(archive, part))
