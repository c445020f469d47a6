"""Word before 2007, as specified in [MS-DOC]: text in pieces, with the notes after the body.

`pieces` finds the text in the file, `properties`, `styles`, `lists` and `runs` find what is said
about it, and `paragraphs` turns all into blocks, table rows included.
"""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from struct import unpack_from

from olefile import OleFileIO

from ingestion.last_errors import EncryptedFile
from ingestion.parsing.attachments import Attachments
from ingestion.parsing.blocks import deduplicated, sections
from ingestion.parsing.containers import ole
from ingestion.parsing.containers.lost_parts import lost_part
from ingestion.parsing.containers.ole_storages import storages
from ingestion.parsing.doc.lists import DocLists
from ingestion.parsing.doc.paragraphs import DocFile, DocStory
from ingestion.parsing.doc.pieces import pieces_of_word_95, pieces_of_word_97
from ingestion.parsing.doc.properties import Properties
from ingestion.parsing.doc.remarks import comments_of
from ingestion.parsing.doc.runs import Runs
from ingestion.parsing.doc.styles import StyleSheet, fonts_of
from ingestion.parsing.embedded import object_sections
from ingestion.parsing.sections import Section

_OBJECTS = "ObjectPool"
_WORD_97 = 0xC1  # the version number of Word 97
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200


def read_doc(path: Path, attachments: Attachments) -> Iterator[Section]:
    """Yield a section per heading.

    Headers and footers come first, each once; footnotes, endnotes, text boxes and embedded objects
    come last. Comments follow the paragraph or the row that they are about. Sections have no pages,
    because the file does not say where pages end.
    """
    with ole.errors_as_corrupt(), ole.open_ole(path) as file:
        document = ole.read_stream(file, "WordDocument")
        version, flags = unpack_from("<H6xH", document, 2)
        if flags & _ENCRYPTED:
            raise EncryptedFile
        table = data = b""
        if version >= _WORD_97:
            table = ole.read_stream(file, "1Table" if flags & _SECOND_TABLE else "0Table")
            data = ole.read_stream(file, "Data") if file.exists("Data") else b""
    with ole.errors_as_corrupt():
        found = _contents(document, table, data)
        pieces = found.pieces
        headers = deduplicated(DocStory(found).blocks(*pieces.headers))
        stories = (DocStory(found).blocks(*story) for story in pieces.stories)
        yield from sections(chain(headers, *stories))
    with ole.errors_as_corrupt(), ole.open_ole(path) as file:
        yield from _embedded(file, attachments)


def _embedded(file: OleFileIO, attachments: Attachments) -> Iterator[Section]:
    for number, (_, content) in enumerate(storages(file, _OBJECTS), start=1):
        if content is None:
            yield lost_part(f"Embedded object {number}", "too large")
        else:
            yield from object_sections(f"object{number}.bin", content, attachments)


def _contents(document: bytes, table: bytes, data: bytes) -> DocFile:
    """Return what a file holds. Word 95 has no table, and so only its text is read."""
    if not table:
        nothing = StyleSheet(b"", b"")
        return DocFile(
            pieces_of_word_95(document),
            Properties(document, b""),
            Runs(document, b"", nothing, []),
            DocLists(b"", b""),
        )
    pieces = pieces_of_word_97(document, table)
    styles = StyleSheet(document, table)
    return DocFile(
        pieces,
        Properties(document, table, styles, data),
        Runs(document, table, styles, fonts_of(document, table)),
        DocLists(document, table),
        data,
        comments_of(document, table, pieces),
    )
