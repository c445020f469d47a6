"""Spreadsheets that claim billions of cells in a few bytes."""

from io import BytesIO
from pathlib import Path

from msoffcrypto.format.ooxml import OOXMLFile

from ingestion.last_errors import CorruptFile, EncryptedFile
from tests.ingestion.hostile.corpus import Bait, baited, hostile, text
from tests.ingestion.hostile.endings import ENTITIES, TOO_MANY_TOKENS
from tests.ingestion.hostile.markup import laughs, outside
from tests.ingestion.hostile.packages import docx, opendocument, paragraph, write, xlsx

FIRST_STRING = '<c t="s"><v>0</v></c>'
NEEDLE = '<c r="A1" t="inlineStr"><is><t>needle</t></is></c>'
CELL = "<table:table-cell{}><text:p>needle</text:p></table:table-cell>"


@hostile("encrypted.xlsx", EncryptedFile)
def a_workbook_with_a_password(path: Path) -> None:
    write(path, xlsx(f"<row>{NEEDLE}</row>"))
    OOXMLFile(BytesIO(path.read_bytes())).encrypt("secret", opened := BytesIO())
    path.write_bytes(opened.getvalue())


@hostile("half.xlsx", CorruptFile)
def the_first_half_of_a_workbook(path: Path) -> None:
    write(path, xlsx(f"<row>{NEEDLE}</row>"))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@hostile("far-corner.xlsx", text("needle"))
def a_workbook_with_one_cell_in_each_corner(path: Path) -> None:
    last = '<c r="XFD1048576"><v>1</v></c>'
    write(path, xlsx(f'<row r="1">{NEEDLE}</row><row r="1048576">{last}</row>'))


@hostile("beyond-the-sheet.xlsx", text("needle"))
def a_workbook_with_cells_beyond_the_last_row_and_column(path: Path) -> None:
    cells = "".join(f'<c r="{name}"><v>1</v></c>' for name in ("ZZZZZZZ9", "A99999999999", "1A"))
    write(path, xlsx(f'<row r="1">{NEEDLE}</row><row r="4000000000">{cells}</row>'))


@hostile("says-it-is-large.xlsx", text("needle"))
def a_workbook_that_claims_17_billion_cells(path: Path) -> None:
    parts = xlsx(f'<row r="1">{NEEDLE}</row>')
    sheet = parts["xl/worksheets/sheet1.xml"]
    large = sheet.replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    write(path, {**parts, "xl/worksheets/sheet1.xml": large})


@hostile("one-string-everywhere.xlsx", TOO_MANY_TOKENS)
def a_string_of_30_kb_in_200_000_cells(path: Path) -> None:
    row = f"<row>{100 * FIRST_STRING}</row>"
    write(path, xlsx(row * 2_000, ("needle " * 4_500,)), picture=50_000)


@hostile("wrong-strings.xlsx", CorruptFile)
def cells_of_missing_shared_strings(path: Path) -> None:
    numbers = ("-1", "7", "99999999999999999999", "x", "")
    cells = "".join(f'<c t="s"><v>{number}</v></c>' for number in numbers)
    write(path, xlsx(f"<row>{NEEDLE}{cells}</row>", ("needle",)))


@hostile("billion-laughs.xlsx", ENTITIES)
def a_billion_laughs_in_a_workbook(path: Path) -> None:
    write(path, xlsx(f"<row>{NEEDLE}{FIRST_STRING}</row>", ("&l9;",), laughs("sst")))


@baited("outside-entities.xlsx", ENTITIES)
def a_workbook_with_entities_from_a_file_and_an_address(path: Path, bait: Bait) -> None:
    write(
        path,
        xlsx(f"<row>{NEEDLE}{FIRST_STRING}</row>", ("&file; &address;",), outside(bait, "sst")),
    )


@hostile("no-sheet.xlsx", CorruptFile)
def a_workbook_without_its_sheet(path: Path) -> None:
    parts = xlsx("")
    del parts["xl/worksheets/sheet1.xml"]
    write(path, parts)


@hostile("no-cells.xlsx", CorruptFile)
def a_workbook_that_is_no_xml(path: Path) -> None:
    write(path, {**xlsx(""), "xl/workbook.xml": "needle"})


@hostile("billion-rows.ods", TOO_MANY_TOKENS)
def a_sheet_of_one_row_repeated_a_billion_times(path: Path) -> None:
    cell = CELL.format(' table:number-columns-repeated="16384"').replace("needle", "needle " * 30)
    row = f'<table:table-row table:number-rows-repeated="1000000000">{cell}</table:table-row>'
    write(path, opendocument("spreadsheet", f'<table:table table:name="x">{row}</table:table>'))


@hostile("far-cell.ods", text("needle"))
def a_sheet_with_a_billion_empty_rows_before_the_last(path: Path) -> None:
    empty = "<table:table-row table:number-rows-repeated='1000000000'><table:table-cell/>"
    rows = f"{empty}</table:table-row><table:table-row>{CELL.format('')}</table:table-row>"
    write(path, opendocument("spreadsheet", f'<table:table table:name="x">{rows}</table:table>'))


@hostile("billion-laughs.ods", ENTITIES)
def a_billion_laughs_in_a_sheet(path: Path) -> None:
    row = f"<table:table-row>{CELL.format('').replace('needle', 'needle &l9;')}</table:table-row>"
    table = f'<table:table table:name="x">{row}</table:table>'
    write(path, opendocument("spreadsheet", table, laughs("office:document-content")))


@hostile("word-inside.xlsx", text("needle"))
def a_word_document_called_xlsx(path: Path) -> None:
    write(path, docx(paragraph("needle")))


@hostile("sheet-inside.docx", text("needle"))
def a_workbook_called_docx(path: Path) -> None:
    write(path, xlsx(f"<row>{NEEDLE}</row>"))
