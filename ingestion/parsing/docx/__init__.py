"""Word since 2007, read as a stream: elements are freed once they are read.

This module reads the parts in order, `paragraphs` the paragraphs and text boxes of each, `lists`
their numbers, `blocks.tables` tables and `blocks.charts` charts.
"""

from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

from ingestion.parsing.blocks import Block, deduplicated, sections
from ingestion.parsing.blocks.charts import chart_blocks
from ingestion.parsing.containers.opc import main_part, relations
from ingestion.parsing.containers.xml_parts import mentions, open_package, tree
from ingestion.parsing.docx.lists import Lists
from ingestion.parsing.docx.paragraphs import WordStory
from ingestion.parsing.docx.styles import Styles
from ingestion.parsing.sections import Section


def read_docx(path: Path) -> Iterator[Section]:
    """Yield a section per heading, and per page if Word stored page breaks in the file.

    Headers come first, each once. Charts and diagrams, footers (each once), footnotes and endnotes
    follow the text. Comments and text deleted under "track changes" are left out.
    """
    with open_package(path) as archive:
        yield from sections(_blocks(archive))


def _blocks(archive: ZipFile) -> Iterator[Block]:
    main = main_part(archive)
    parts: dict[str, list[str]] = {}
    for kind, target in relations(archive, main).values():
        parts.setdefault(kind, []).append(target)
    styles = Styles(archive, next(iter(parts.get("styles", [])), None))
    lists = Lists(archive, next(iter(parts.get("numbering", [])), None))

    def read(*kinds: str) -> Iterator[Block]:
        for kind in kinds:
            for part in sorted(parts.get(kind, [])):
                yield from WordStory(styles, lists).blocks(archive, part)

    yield from deduplicated(read("header"))
    first_page = 1 if mentions(archive, main, b"lastRenderedPageBreak") else None
    yield from WordStory(styles, lists, first_page).blocks(archive, main)
    for part in [*parts.get("chart", []), *parts.get("diagramData", [])]:
        yield from chart_blocks(tree(archive, part))
    yield from deduplicated(read("footer"))
    yield from read("footnotes", "endnotes")
