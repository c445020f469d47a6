"""Documents with content that a streaming reader might fail to free."""

import random
import string
from pathlib import Path

from ingestion.last_errors import ParserExhausted
from tests.ingestion.hostile.bombs import bomb
from tests.ingestion.hostile.corpus import hostile, text
from tests.ingestion.hostile.packages import paragraph, write, xlsx

PICTURE = 60_000  # bytes, so that eight megabytes pass for an honest document


@hostile("unknown-elements.docx", text("needle"))
def a_document_of_8_mb_of_unknown_elements(path: Path) -> None:
    bomb(path, "word/document.xml", "<w:x/>", 8, padding=PICTURE, ending=paragraph("needle"))


@hostile("one-paragraph.docx", text("needle"))
def a_paragraph_of_120_000_runs(path: Path) -> None:
    run = "<w:r><w:t>x</w:t></w:r>"
    opening, closing = "<w:p>", "<w:r><w:t>needle</w:t></w:r></w:p>"
    bomb(path, "word/document.xml", run, 3, padding=PICTURE, opening=opening, ending=closing)


@hostile("comments.docx", text("needle"))
def a_document_of_8_mb_of_xml_comments(path: Path) -> None:
    bomb(path, "word/document.xml", "<!---->", 8, padding=PICTURE, ending=paragraph("needle"))


@hostile("unknown-elements.odt", text("needle"))
def an_open_document_of_8_mb_of_unknown_elements(path: Path) -> None:
    ending = "<text:p>needle</text:p>"
    bomb(path, "content.xml", "<text:x/>", 8, padding=PICTURE, ending=ending)


@hostile("one-row.xlsx", text("needle"))
def a_row_of_200_000_cells(path: Path) -> None:
    cell = '<c t="s"><v>0</v></c>'
    opening = '<row><c t="inlineStr"><is><t>needle</t></is></c>'
    part = "xl/worksheets/sheet1.xml"
    bomb(path, part, cell, 4, padding=PICTURE, opening=opening, ending="</row>")


@hostile("many-strings.xlsx", text("needle"))
def a_workbook_of_150_000_strings_of_which_one_is_used(path: Path) -> None:
    ending = "</t></si><si><t>x"  # within the first string
    string = "needle</t></si><si><t>"
    bomb(path, "xl/sharedStrings.xml", string, 4, padding=PICTURE, ending=ending)


@hostile("long-reference.xlsx", text("needle"))
def a_cell_in_a_column_whose_name_has_100_000_letters(path: Path) -> None:
    cell = '<c r="A1" t="inlineStr"><is><t>needle</t></is></c>'
    letters = "".join(random.Random(1).choices(string.ascii_uppercase, k=100_000))
    far = f'<c r="{letters}1"><v>1</v></c>'
    write(path, xlsx(f"<row>{cell}{far}</row>"))


@hostile("more-unknown-elements.odt", ParserExhausted)
def an_open_document_of_45_mb_of_unknown_elements(path: Path) -> None:
    ending = "<text:p>needle</text:p>"
    bomb(path, "content.xml", "<text:x/>", 45, padding=300_000, ending=ending)
