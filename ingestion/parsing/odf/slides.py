"""OpenDocument presentations, slide by slide."""

from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

from lxml.etree import _Element

from ingestion.parsing.blocks import Block, as_title, join_cells, sections
from ingestion.parsing.containers.xml_parts import attribute, events, local_name, open_package
from ingestion.parsing.odf.content import check_content, text_of
from ingestion.parsing.sections import Section

_NOT_SHOWN = {"notes", "annotation", "forms"}
_LINES = ("{*}p", "{*}h", "{*}table-row")


def read_odp(path: Path) -> Iterator[Section]:
    """Yield a section per slide: its title, its other texts in drawing order, then the notes."""
    with open_package(path) as archive:
        check_content(archive)
        yield from sections(_blocks(archive))


def _blocks(archive: ZipFile) -> Iterator[Block]:
    page = 0
    with archive.open("content.xml") as file:
        for event, _, slide in events(file, (), ("page",)):
            if event == "start":
                continue
            page += 1
            notes = [part for part in slide if local_name(part) == "notes"]
            shown = [part for part in slide if local_name(part) not in _NOT_SHOWN]
            titles = [part for part in shown if attribute(part, "class") == "title"]
            others = [part for part in shown if attribute(part, "class") != "title"]
            heading = as_title(" ".join(text for part in titles for _, text in _lines(part)))
            for part in [*titles, *others, *notes]:
                for is_row, text in _lines(part):
                    yield Block(text, page, heading, "row" if is_row else "paragraph")


def _lines(part: _Element) -> Iterator[tuple[bool, str]]:
    """Yield (whether it is a table row, text) for each line."""
    for line in part.iter(*_LINES):
        if local_name(line) == "table-row":
            cells = [
                " ".join(text_of(words) for words in cell.iter("{*}p", "{*}h"))
                for cell in line.iterchildren("{*}table-cell")
            ]
            if any(cells):
                yield True, join_cells(cells)
        elif next(line.iterancestors("{*}table-row"), None) is None and (text := text_of(line)):
            yield False, text
