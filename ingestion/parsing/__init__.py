"""Reads any file we support as sections of text, in reading order.

To add a format: name its kind and its endings in `kinds`; if it is binary, teach `detection` its
first bytes, or `containers` what is in it; write a module with a reader, which takes a path and
yields sections (readers of office files yield blocks and join them, see `blocks`); and enter the
reader below. docs/formats.md describes each format, which a test checks.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

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
from ingestion.parsing.detection import kind_of
from ingestion.parsing.fallback import PARTITIONS, read_with_unstructured
from ingestion.parsing.kinds import Kind
from ingestion.parsing.mail.letter import Attachments
from ingestion.parsing.sections import Section, is_blank

__all__ = ["Section", "parse"]

Reader = Callable[[Path], Iterable[Section]]

# Characters that neither UTF-8 nor Postgres can hold: NUL, and halves of surrogate pairs. They are
# listed here, because vectorstores.postgres.text is out of reach: parsing imports no vectorstores.
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
    Kind.PDF: pdf.read_pdf,
    Kind.IMAGE: images.read_image,
    Kind.DOCX: docx.read_docx,
    Kind.PPTX: pptx.read_pptx,
    Kind.SHEET: sheets.read_sheets,
    Kind.ODT: odf.read_odt,
    Kind.ODP: odf.read_odp,
    Kind.RTF: rtf.read_rtf,
    Kind.DOC: doc.read_doc,
    Kind.PPT: ppt.read_ppt,
}
READERS_OF_MAIL = {Kind.EML: mail.read_eml, Kind.MSG: mail.read_msg}


def parse(path: Path, filename: str, fallback: bool = False) -> Iterator[Section]:
    """Yield the text of the file at `path`, whose kind its content and the user's `filename` show.

    With `fallback`, unstructured reads the file, where it reads this kind, because a bug of our own
    reader's has lost it.

    There is at least one section, and none is blank but where a text goes on. Raises
    `IngestionError`, at any moment of the iteration, for what is wrong with the file; anything
    else raised is a fault of ours.
    """
    if fallback and (kind := kind_of(path, filename)) in PARTITIONS:
        return _checked(read_with_unstructured(path, kind))
    return _parse(path, filename, Attachments(_parse))


def _parse(path: Path, filename: str, attachments: Attachments) -> Iterator[Section]:
    kind = kind_of(path, filename)
    if reader := READERS_OF_MAIL.get(kind):
        yield from _checked(reader(path, attachments))
    else:
        yield from _checked(READERS[kind](path))


def _checked(sections: Iterable[Section]) -> Iterator[Section]:
    """Yield storable text, without blank sections. Raises EmptyFile if there is none."""
    anything = begun = False
    for section in sections:
        text = _UNSTORABLE.sub("", section.text)
        begun = begun and section.continues
        if not begun and is_blank(text):
            continue
        yield Section(text, section.page, section.heading, continues=begun)
        anything = begun = True
    if not anything:
        raise EmptyFile
