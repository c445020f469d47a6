"""Word since 2007, read as a stream: elements are freed once they are read.

This module reads the parts in order, `paragraphs` the paragraphs and text boxes of each, `lists`
their numbers, `blocks.tables` tables and `blocks.charts` charts.
"""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from zipfile import ZipFile

from ingestion.parsing.attachments import Attachments
from ingestion.parsing.blocks import Block, deduplicated, sections
from ingestion.parsing.blocks.chart_parts import read_chart
from ingestion.parsing.containers.lost_parts import (
    lost_part,
    relations_or_warning,
    unless_damaged,
    value_or_warning,
)
from ingestion.parsing.containers.opc import addresses, main_part, missing
from ingestion.parsing.containers.xml_parts import mentions, open_package
from ingestion.parsing.docx.comments import Comments
from ingestion.parsing.docx.lists import Lists
from ingestion.parsing.docx.paragraphs import WordStory
from ingestion.parsing.docx.styles import Styles
from ingestion.parsing.embedded import KINDS, EmbeddedFiles
from ingestion.parsing.sections import Section

_DRAWINGS = ("chart", "chartEx", "diagramData")
_FILES = ("aFChunk", *KINDS)  # the first are documents that Word shows in the place of a text
_PARTS = ("header", "footer", "footnotes", "endnotes", "comments", "numbering", *_DRAWINGS, *_FILES)


def read_docx(path: Path, attachments: Attachments) -> Iterator[Section]:
    """Yield a section per heading, and per page if Word stored page breaks in the file.

    Headers come first, each once. Charts and diagrams, footers (each once), footnotes and endnotes
    follow the text, and then embedded files. Comments follow the paragraph or the table that they
    are about. Text deleted under "track changes" is left out.
    """
    with open_package(path) as archive:
        yield from sections(_blocks(archive, EmbeddedFiles(archive, attachments)))


def _blocks(archive: ZipFile, embedded: EmbeddedFiles) -> Iterator[Block | Section]:
    main = main_part(archive)
    parts: dict[str, list[str]] = {}
    found, lost = relations_or_warning(archive, main, "the document")
    yield from lost
    for kind, target in found.values():
        parts.setdefault(kind, []).append(target)
    # Without them, paragraphs are read without headings or numbers.
    part = next(iter(parts.get("styles", [])), None)
    styles, no_styles = value_or_warning(
        lambda: Styles.of(archive, part), Styles(), f"The part {part}"
    )
    part = next(iter(parts.get("numbering", [])), None)
    lists, no_lists = value_or_warning(
        lambda: Lists(archive, part), Lists(archive, None), f"The part {part}"
    )
    yield from [*no_styles, *no_lists]
    comments = Comments()

    def story(part: str, first_page: int | None = None) -> Iterator[Block | Section]:
        damaged = lost if part == main else []
        if part != main:
            _, damaged = relations_or_warning(archive, part, f"the part {part}")
            yield from damaged
        linked = {} if damaged else addresses(archive, part)
        found = WordStory(styles, lists, first_page, addresses=linked, comments=comments)
        yield from found.blocks(archive, part)

    def read(*kinds: str) -> Iterator[Block | Section]:
        for kind in kinds:
            for part in sorted(parts.get(kind, [])):
                yield from unless_damaged(story(part), f"The part {part}")

    for part in parts.get("comments", []):
        reading = _comments(archive, part, WordStory(styles, lists), comments)
        yield from unless_damaged(reading, f"The part {part}")
    yield from deduplicated(read("header"))
    first_page = 1 if mentions(archive, main, b"lastRenderedPageBreak") else None
    yield from story(main, first_page)
    workbooks: list[str] = []
    for part in chain.from_iterable(parts.get(kind, []) for kind in _DRAWINGS):
        yield from unless_damaged(read_chart(archive, part, workbooks), f"The part {part}")
    yield from deduplicated(read("footer"))
    yield from read("footnotes", "endnotes")
    yield from comments.rest()
    for part in chain(*(parts.get(kind, []) for kind in _FILES), workbooks):
        yield from embedded.read(part)
    for part in () if lost else missing(archive, main, *_PARTS):
        yield lost_part(f"The part {part}")


def _comments(
    archive: ZipFile, part: str, story: WordStory, comments: Comments
) -> Iterator[Section]:
    """Read the comments, so that the text can take each. Yield a warning if there are too many."""
    for block in story.blocks(archive, part):
        if not comments.add(*story.comment, block.text):
            yield lost_part("The comments after the first 10,000,000 characters", "too many")
            return
