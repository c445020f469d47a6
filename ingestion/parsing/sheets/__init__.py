"""Spreadsheets of Excel, old and new, and of OpenDocument."""

from collections.abc import Iterator
from pathlib import Path

from ingestion.last_errors import CorruptFile, FileTooLarge, IngestionError
from ingestion.parsing.attachments import Attachments
from ingestion.parsing.blocks import Block, sections
from ingestion.parsing.column_names import Row
from ingestion.parsing.containers import ole
from ingestion.parsing.containers.lost_parts import lost_part
from ingestion.parsing.containers.ole_storages import storages
from ingestion.parsing.containers.part_names import has_part
from ingestion.parsing.containers.xml_parts import errors_as_corrupt, open_package
from ingestion.parsing.embedded import EmbeddedFiles, object_sections
from ingestion.parsing.sections import Section
from ingestion.parsing.sheets.ods import ods_sheets
from ingestion.parsing.sheets.rows import Sheets, lines
from ingestion.parsing.sheets.xls import xls_sheets
from ingestion.parsing.sheets.xlsb import xlsb_sheets
from ingestion.parsing.sheets.xlsx import embedded_parts, missing_sheets, xlsx_sheets

_OBJECT = "MBD"  # the beginning of the names of storages with embedded objects
_OLE = b"\xd0\xcf\x11\xe0"


def read_sheets(path: Path, attachments: Attachments) -> Iterator[Section]:
    """Yield a section per sheet, hidden ones included, with its name as the heading.

    Formulas are read as their last results. Files embedded in an xlsx or xls follow its sheets.
    """
    with path.open("rb") as file:
        is_ole = file.read(4) == _OLE
    if is_ole:
        yield from sections(_blocks(xls_sheets(path)))
        yield from _embedded(path, attachments)
        return
    with open_package(path) as archive:
        if has_part(archive, "content.xml"):
            yield from sections(_blocks(ods_sheets(archive)))
        elif has_part(archive, "xl/workbook.bin"):
            yield from sections(_blocks(xlsb_sheets(path, archive)))
        else:
            yield from (lost_part(f"The sheet {name}") for name in missing_sheets(archive))
            lost: list[str] = []
            yield from sections(_blocks(xlsx_sheets(archive, lost)))
            yield from (
                lost_part(f"A drawing or comment on the sheet {name}", "damaged") for name in lost
            )
            embedded = EmbeddedFiles(archive, attachments)
            for page, part in embedded_parts(archive):
                yield from embedded.read(part, page)


def _embedded(path: Path, attachments: Attachments) -> Iterator[Section]:
    """Yield the texts of the objects that are embedded in an xls."""
    with ole.errors_as_corrupt(), ole.open_ole(path) as file:
        for number, (_, content) in enumerate(storages(file, prefix=_OBJECT), start=1):
            if content is None:
                yield lost_part(f"Embedded object {number}", "too large")
            else:
                yield from object_sections(f"object{number}.bin", content, attachments)


def _blocks(sheets: Sheets) -> Iterator[Block | Section]:
    """Yield the rows of sheets. A damaged sheet costs itself, unless all are damaged."""
    failures: list[IngestionError] = []
    page = 0
    for page, (name, rows) in enumerate(sheets, start=1):
        noun = "The sheet"
        try:
            with errors_as_corrupt():
                for block in _sheet(page, name, rows):
                    noun = "The rest of the sheet"
                    yield block
        except (CorruptFile, FileTooLarge) as error:
            failures.append(error)
            reason = "too large" if isinstance(error, FileTooLarge) else "damaged"
            yield lost_part(f"{noun} {name}", reason)
    if failures and len(failures) == page:
        raise failures[0]


def _sheet(page: int, name: str, rows: Iterator[Row]) -> Iterator[Block]:
    for line in lines(rows):
        for number, piece in enumerate(line):
            yield Block(piece, page, name or None, "row", continues_last=number > 0)
