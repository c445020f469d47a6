"""Reads any file we support as sections of text, in reading order.

To add a format: name its kind and its suffixes in `kinds`. If it is binary, add its first bytes to
`detection`, or the part that identifies it to `containers`. Write a module with a reader, which
takes a path and yields sections; readers of office files yield blocks and join them (see `blocks`).
Enter the reader below, and describe the format in docs/formats.md, which a test checks.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Literal

from ingestion.last_errors import EmptyFile
from ingestion.parsing import (
    csv,
    doc,
    docx,
    epub,
    html,
    images,
    mail,
    markup,
    notebook,
    odf,
    pdf,
    plain,
    ppt,
    pptx,
    rtf,
    sheets,
    xml,
)
from ingestion.parsing.attachments import Attachments
from ingestion.parsing.containers.encrypted import read_encrypted
from ingestion.parsing.containers.flat_xml import as_package
from ingestion.parsing.detection import kind_of
from ingestion.parsing.docx.word_2003 import read_word_xml
from ingestion.parsing.general import (
    FALLBACK_WARNING,
    FALLBACKS,
    is_readable,
    read_with_unstructured,
)
from ingestion.parsing.kinds import Kind
from ingestion.parsing.sections import Section, is_blank

__all__ = ["Section", "parse"]

Parser = Literal["native", "fallback", "unstructured"]
Reader = Callable[[Path], Iterable[Section]]
ContainerReader = Callable[[Path, Attachments], Iterable[Section]]

# Postgres cannot store NUL, and UTF-8 cannot encode a lone surrogate. The list is repeated here
# because parsing may not import vectorstores.postgres.text.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

READERS: dict[Kind, Reader] = {
    Kind.TEXT: plain.read_text,
    Kind.MARKDOWN: markup.read_markdown,
    Kind.RST: markup.read_rst,
    Kind.TEX: markup.read_tex,
    Kind.ORG: markup.read_org,
    Kind.HTML: html.read_html,
    Kind.XML: xml.read_xml,
    Kind.JSON: plain.read_json,
    Kind.NOTEBOOK: notebook.read_notebook,
    Kind.CSV: csv.read_csv,
    Kind.EPUB: epub.read_epub,
    Kind.IMAGE: images.read_image,
    Kind.ODT: odf.read_odt,
    Kind.ODP: odf.read_odp,
    Kind.RTF: rtf.read_rtf,
    Kind.WORD_XML: read_word_xml,
}
# Readers of files with files in them.
READERS_OF_CONTAINERS: dict[Kind, ContainerReader] = {
    Kind.PDF: pdf.read_pdf,
    Kind.DOCX: docx.read_docx,
    Kind.DOC: doc.read_doc,
    Kind.PPTX: pptx.read_pptx,
    Kind.SHEET: sheets.read_sheets,
    Kind.PPT: ppt.read_ppt,
    Kind.EML: mail.read_eml,
    Kind.MSG: mail.read_msg,
    Kind.SIGNED_MAIL: mail.read_signed,
    Kind.WINMAIL: mail.read_winmail,
    Kind.ENCRYPTED: read_encrypted,
}


def parse(path: Path, filename: str, parser: Parser = "native") -> Iterator[Section]:
    """Yield the text of the file at `path` as at least one section.

    The file's kind follows from its content and the user's `filename`. Our own readers
    are `native`. As the `fallback` after a bug in one of them, unstructured reads the file if it is
    a single document of a kind that it supports. By choice, `unstructured` reads
    all kinds that it can.

    Only a section that continues another, or carries a warning, may be blank. Raises
    `IngestionError`, at any point of the iteration, if the file is at fault; any other exception is
    a bug of ours.
    """
    if parser != "native":
        kind = kind_of(path, filename)
        if parser == "fallback" and kind in FALLBACKS:
            return _checked(chain(read_with_unstructured(path, kind), [FALLBACK_WARNING]))
        if parser == "unstructured" and is_readable(kind):
            return _checked(read_with_unstructured(path, kind))
    return _parse(path, filename, Attachments(_parse))


def _parse(path: Path, filename: str, attachments: Attachments) -> Iterator[Section]:
    kind = kind_of(path, filename)
    if reader := READERS_OF_CONTAINERS.get(kind):
        yield from _checked(reader(path, attachments))
    else:
        yield from _checked(READERS[kind](path))


def _read_flat_package(path: Path, attachments: Attachments) -> Iterator[Section]:
    with as_package(path) as package:
        yield from _parse(package, "", attachments)


READERS_OF_CONTAINERS[Kind.FLAT_OPC] = _read_flat_package


def _checked(sections: Iterable[Section]) -> Iterator[Section]:
    """Yield sections of storable text, leaving out blank ones. Raises EmptyFile if none is left."""
    anything = begun = False
    for section in sections:
        if section.warning:
            yield section
            continue
        text = _UNSTORABLE.sub("", section.text)
        begun = begun and section.continues
        if not begun and is_blank(text):
            continue
        yield Section(text, section.page, section.heading, continues=begun)
        anything = begun = True
    if not anything:
        raise EmptyFile
