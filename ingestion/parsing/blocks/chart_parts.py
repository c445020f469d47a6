"""The part of a chart and those that belong to it: text boxes drawn on it, and its workbook."""

from collections.abc import Iterator
from zipfile import ZipFile

from ingestion.last_errors import CorruptFile, FileTooLarge
from ingestion.parsing.blocks import Block
from ingestion.parsing.blocks.charts import chart_blocks
from ingestion.parsing.blocks.drawing_text import paragraph_text
from ingestion.parsing.containers.opc import relations
from ingestion.parsing.containers.xml_parts import errors_as_corrupt, tree


def read_chart(
    archive: ZipFile, part: str, page: int | None = None, heading: str | None = None
) -> Iterator[Block]:
    """Yield the blocks of a chart or diagram, then the text boxes that are drawn on it."""
    yield from chart_blocks(tree(archive, part), page, heading)
    for kind, drawing in relations(archive, part).values():
        if kind == "chartUserShapes":
            for paragraph in tree(archive, drawing).iter("{*}p"):
                if words := " ".join(paragraph_text(paragraph).split()):
                    yield Block(words, page, heading)


def workbooks_needed(archive: ZipFile, part: str) -> list[str]:
    """Return the workbook behind a chart if the chart stores none of its values.

    Some programs leave it to PowerPoint to look them up.
    """
    try:
        with errors_as_corrupt():
            root = tree(archive, part)
            found = relations(archive, part).values()
    except (CorruptFile, FileTooLarge):
        return []  # since the reader of the chart names it
    has_series = next(root.iter("{*}ser", "{*}series"), None) is not None
    has_values = next(root.iter("{*}pt"), None) is not None
    return [book for kind, book in found if kind == "package" and has_series and not has_values]
