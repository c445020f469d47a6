"""OpenDocument's texts, as a stream."""

from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

from ingestion.parsing.blocks import Block, sections
from ingestion.parsing.containers.xml_parts import mentions, opened
from ingestion.parsing.odf import content
from ingestion.parsing.odf.lists import Lists
from ingestion.parsing.odf.story import OpenStory
from ingestion.parsing.sections import Section


def read_odt(path: Path) -> Iterator[Section]:
    """A section per heading, and per page where the file notes where pages end.

    Headers and footers come first, each once; footnotes after the paragraph they belong to.
    Comments are left out, like text that was deleted while changes were recorded.
    """
    with opened(path) as archive:
        content.check(archive)
        yield from sections(_blocks(archive))


def _blocks(archive: ZipFile) -> Iterator[Block]:
    lists = Lists()
    if "styles.xml" in archive.namelist():
        texts = dict.fromkeys(
            block.text for block in OpenStory(lists).blocks(archive, "styles.xml")
        )
        yield from map(Block, texts)
    first_page = 1 if mentions(archive, "content.xml", b"text:soft-page-break") else None
    yield from OpenStory(lists, first_page).blocks(archive, "content.xml")
