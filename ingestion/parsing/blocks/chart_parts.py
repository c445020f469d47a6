"""The part of a chart and those that belong to it: text boxes drawn on it, and its workbook."""

from collections.abc import Iterator
from zipfile import ZipFile

from ingestion.parsing.blocks import Block
from ingestion.parsing.blocks.charts import chart_blocks
from ingestion.parsing.blocks.drawing_text import paragraph_text
from ingestion.parsing.containers.opc import relations
from ingestion.parsing.containers.xml_parts import tree


def read_chart(
    archive: ZipFile,
    part: str,
    workbooks: list[str],
    page: int | None = None,
    heading: str | None = None,
) -> Iterator[Block]:
    """Yield the blocks of a chart or diagram, then the text boxes that are drawn on it.

    Append the workbook behind a chart to `workbooks` if the chart stores none of its values, which
    some programs leave to PowerPoint to look up.
    """
    root = tree(archive, part)
    yield from chart_blocks(root, page, heading)
    has_series = next(root.iter("{*}ser", "{*}series"), None) is not None
    has_values = next(root.iter("{*}pt"), None) is not None
    for kind, other in relations(archive, part).values():
        if kind == "package" and has_series and not has_values:
            workbooks.append(other)
        elif kind == "chartUserShapes":
            for paragraph in tree(archive, other).iter("{*}p"):
                if words := " ".join(paragraph_text(paragraph).split()):
                    yield Block(words, page, heading)
