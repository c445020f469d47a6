import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from olefile import OleFileIO
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.table import Table

from ingestion.last_errors import CorruptFile, EmptyFile, EncryptedFile
from ingestion.parsing import Section
from ingestion.parsing.sheets.xls import calamine_sheets, xls_sheets
from tests.ingestion.hostile.compound import compound
from tests.ingestion.parsing.conftest import Read, Sections
from tests.ingestion.parsing.documents import saved, with_part

PRICES = Path(__file__).parents[1] / "samples" / "prices.xls"
SHEET = "xl/worksheets/sheet1.xml"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def workbook(*rows: Sequence[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


def with_cells(xml: str) -> bytes:
    """Return a workbook of one sheet with these rows in Excel's XML."""
    return with_part(
        workbook(["x"]), SHEET, lambda part: re.sub(rb"<row.*</row>", xml.encode(), part)
    )


def test_values_are_read_beside_the_names_of_their_columns(text: Read):
    content = workbook(["Name", "Born", "Town"], ["Ada", 1815, None], ["Bob", None, "Ulm"])

    assert (
        text(content, "a.xlsx") == "Name | Born | Town\nName: Ada; Born: 1815\nName: Bob; Town: Ulm"
    )


def test_every_sheet_even_a_hidden_one_is_a_section_under_its_name(sections: Sections):
    book = Workbook()
    book.active.title = "Staff"
    book.active["A1"] = "Ada"
    hidden = book.create_sheet("Codes")
    hidden.sheet_state, hidden["B2"] = "hidden", "x1"
    book.create_sheet("Nothing")

    assert sections(saved(book), "a.xlsx") == [
        Section("Ada", 1, "Staff"),
        Section("x1", 2, "Codes"),
    ]


def test_titles_above_the_header_are_separate_lines(text: Read):
    content = workbook(["Prices 2026"], [], ["Item", "Price"], ["Bell", 12])

    assert text(content, "a.xlsx") == "Prices 2026\nItem | Price\nItem: Bell; Price: 12"


@pytest.mark.parametrize(
    "rows", [[["a", "a"], ["b", "c"]], [[1, 2], [3, 4]], [["only"], ["these"]]]
)
def test_a_sheet_without_a_header_is_read_row_by_row(text: Read, rows: list[list[object]]):
    lines = [" | ".join(map(str, row)) for row in rows]

    assert text(workbook(*rows), "a.xlsx") == "\n".join(lines)


@pytest.mark.parametrize(
    ("value", "format_", "shown"),
    [
        (12.0, "General", "12"),
        (0.1 + 0.2, "General", "0.3"),
        (1e21, "General", "1e+21"),
        (0.155, "0.0%", "15.5%"),
        (date(2026, 5, 1), "dd.mm.yyyy", "2026-05-01"),
        (datetime.fromisoformat("2026-05-01T08:30"), "m/d/yy h:mm", "2026-05-01 08:30:00"),
        (datetime.fromisoformat("1900-01-15"), "yyyy-mm-dd", "1900-01-15"),
        (time(8, 30), "h:mm", "08:30:00"),
        (timedelta(hours=36, minutes=15), "[h]:mm", "36:15:00"),
        (1815, '0 "years"', "1815 years"),
        (42, "00000", "00042"),
        (1234.5, '#,##0.00 "EUR"', "1,234.50 EUR"),
        (1234567, "#,##0", "1,234,567"),
        (1234567, "#,##0,", "1,235"),
        (999, "#,##0", "999"),
        (305551234, "000-000-0000", "030-555-1234"),
        (412, '"INV-"0000', "INV-0412"),
        (2.5, '0.0" kg"', "2.5 kg"),
        (-1200, "#,##0;(#,##0)", "(1,200)"),
        (-3.5, "0.00", "-3.50"),
        (3.5, "[$€-407] #,##0.00", "€ 3.50"),
        (0, '0;-0;"none"', "0"),
        (0.5, "#.##", ".5"),
        (12.5, "0.0??", "12.5"),
        (0.00012, "0.00", "0.00012"),
        (7, ";;;", "7"),
        (0.25, "# ?/?", "0.25"),
        (12345, "0.00E+00", "12345"),
        (5, '[<10]0;"many"', "5"),
        (0.155, "0%", "16%"),
        (12, "@", "12"),
        (7, "[Red]0", "7"),
        (True, "General", "TRUE"),
        ("#N/A", "General", "#N/A"),
        (" two\nlines ", "General", "two lines"),
    ],
)
def test_a_value_is_read_as_it_is_displayed(text: Read, value: object, format_: str, shown: str):
    book = Workbook()
    book.active["A1"] = value
    book.active["A1"].number_format = format_

    assert text(saved(book), "a.xlsx") == shown


def test_dates_of_a_workbook_from_a_macintosh_count_from_1904(text: Read):
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active["A1"] = date(2026, 5, 1)

    assert text(saved(book), "a.xlsx") == "2026-05-01"


def test_a_formula_is_read_by_its_last_result(text: Read):
    content = with_cells('<row><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>NOW()</f></c></row>')

    assert text(content, "a.xlsx") == "2"


def test_strings_are_read_with_their_runs_and_without_their_pronunciation(text: Read):
    content = with_cells(
        '<row><c t="inlineStr"><is><r><t>Tok</t></r><r><t>yo_x0041_</t></r>'
        '<rPh sb="0" eb="1"><t>to</t></rPh></is></c><c t="str"><v>so</v></c></row>'
    )

    assert text(content, "a.xlsx") == "TokyoA | so"


def test_text_boxes_are_read_after_the_cells(text: Read):
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{KINDS}/drawing" Target="../drawings/drawing1.xml"/>'
        "</Relationships>"
    )
    drawing = (
        '<d xmlns:a="a"><a:p><a:r><a:t>Mind the </a:t></a:r><a:r><a:t>gap</a:t></a:r></a:p></d>'
    )
    content = with_part(
        workbook(["Bell"]), "xl/worksheets/_rels/sheet1.xml.rels", lambda _: relations.encode()
    )
    content = with_part(content, "xl/drawings/drawing1.xml", lambda _: drawing.encode())

    assert text(content, "a.xlsx") == "Bell\nMind the gap"


def test_only_the_filled_cells_of_a_huge_sheet_are_read(text: Read):
    content = with_cells(
        '<row r="1"><c r="A1" t="str"><v>first</v></c></row>'
        '<row r="1048576"><c r="XFD1048576" t="str"><v>last</v></c></row>'
    )

    assert text(content, "a.xlsx") == "first\nlast"


def test_a_row_too_large_for_memory_is_read_in_pieces(sections: Sections):
    cells = '<c t="s"><v>0</v></c>' * 500
    strings = f'<sst xmlns="x"><si><t>{"long " * 6000}</t></si></sst>'
    relation = f'<Relationship Id="s" Type="{KINDS}/sharedStrings" Target="strings.xml"/>'
    content = with_part(
        with_cells(f"<row>{cells}</row>"), "xl/strings.xml", lambda _: strings.encode()
    )
    content = with_part(
        content,
        "xl/_rels/workbook.xml.rels",
        lambda part: part.replace(b"</Relationships>", relation.encode() + b"</Relationships>"),
    )

    found = sections(content, "a.xlsx")

    assert max(len(section.text) for section in found) < 300_000
    assert "".join(section.text for section in found).count("long") == 3_000_000


def test_a_long_sheet_is_one_text_in_several_sections(text: Read, sections: Sections):
    content = workbook(["Name", "Number"], *([f"name {n}", n] for n in range(5000)))

    found = sections(content, "a.xlsx")

    assert [section.continues for section in found] == [False, *[True] * (len(found) - 1)]
    assert len(found) > 1
    lines = text(content, "a.xlsx").split("\n")
    assert lines[1:] == [f"Name: name {n}; Number: {n}" for n in range(5000)]


@pytest.mark.parametrize(
    "xml", ['<row><c t="s"><v>9999</v></c></row>', '<row><c t="s"><v>x</v></c></row>', "<row>"]
)
def test_a_malformed_sheet_or_one_with_missing_strings_is_damaged(sections: Sections, xml: str):
    with pytest.raises(CorruptFile, match="damaged or incomplete"):
        sections(with_cells(xml), "a.xlsx")


def test_a_workbook_without_values_is_empty(sections: Sections):
    with pytest.raises(EmptyFile):
        sections(workbook(), "a.xlsx")


def test_an_old_workbook_is_read(sections: Sections):
    assert sections(PRICES.read_bytes(), "a.xls") == [
        Section(
            "Item | Price | Since | Changed | Sold\n"
            "Item: Bell; Price: 12.5; Since: 2026-05-01; Changed: 2026-05-02 08:30:00; Sold: TRUE\n"
            "Item: Zürich 日本語; Price: 3; Sold: FALSE\n"
            "Item: Both; Price: 15.5",
            1,
            "Prices",
        ),
        Section("first\nlast", 2, "Codes"),
    ]


def test_both_readers_of_old_workbooks_agree():
    first, second = (
        [(name, [row for row in rows if row]) for name, rows in read(PRICES)]
        for read in (xls_sheets, calamine_sheets)
    )

    assert first == second


@pytest.mark.parametrize("cut", [3000, 4000, 5000])
def test_a_truncated_old_workbook_is_damaged(sections: Sections, cut: int):
    with pytest.raises(CorruptFile, match="damaged or incomplete"):
        sections(PRICES.read_bytes()[:cut], "a.xls")


def test_an_encrypted_old_workbook_is_refused(sections: Sections):
    begin = bytes.fromhex("0908 1000 0006 0500 bb0dcc07 c9000100 06060000".replace(" ", ""))
    file_pass = bytes.fromhex("2f00 0600 0000 1234 5678".replace(" ", ""))
    content = compound({"Workbook": begin + file_pass})

    with pytest.raises(EncryptedFile) as failure:
        sections(content, "a.xls")

    assert str(failure.value) == (
        "The file could not be parsed. It is protected by a password: remove the protection and"
        " upload it again."
    )


def test_a_long_column_name_is_cut_in_every_row(text: Read):
    name = "What do you think of the food? " * 100
    content = workbook([name, "Town", "Age"], ["Good", "Ulm", 3], ["Bad", "Ulm", 4])

    _, first, last = text(content, "a.xlsx").split("\n")

    assert first == f"{name[:200]}: Good; Town: Ulm; Age: 3"
    assert last == f"{name[:200]}: Bad; Town: Ulm; Age: 4"


def test_lines_above_a_table_a_form_and_words_alone_are_read_as_they_stand(text: Read):
    report = workbook(["Prepared by", "Ada"], ["Item", "Units", "Price"], ["Bell", 4, 0.5])
    form = workbook(["Name", "Ada"], ["City", "London"], ["Badge", "K-17"])
    words = workbook(["Ada", "London"], ["Paul", "Oslo"])

    assert text(report, "a.xlsx") == (
        "Prepared by | Ada\nItem | Units | Price\nItem: Bell; Units: 4; Price: 0.5"
    )
    assert text(form, "a.xlsx") == "Name | Ada\nCity | London\nBadge | K-17"
    assert text(words, "a.xlsx") == "Ada | London\nPaul | Oslo"


def test_a_form_with_longer_rows_is_no_table(text: Read):
    rows: list[list[object]]
    rows = [["Part no.", "Rev."], ["1", "Voltage", "kV", 132], ["2", "Frequency", "Hz", 50]]

    assert ":" not in text(workbook(*rows), "a.xlsx")


def test_names_end_at_a_blank_row_and_at_other_names(text: Read):
    content = workbook(
        *(["Item", "Units"], ["Bell", 4], ["Horn", 9], []),
        *(["Contact", "Phone"], ["Ada", "555-0142"], ["Bob", "555-0177"], []),
        ["Checked", "by Ada"],
    )

    assert text(content, "a.xlsx").split("\n") == [
        *("Item | Units", "Item: Bell; Units: 4", "Item: Horn; Units: 9"),
        *("Contact | Phone", "Contact: Ada; Phone: 555-0142", "Contact: Bob; Phone: 555-0177"),
        "Checked | by Ada",
    ]


def mark_frozen(book: Workbook) -> None:
    book.active.freeze_panes = "A2"


def mark_filter(book: Workbook) -> None:
    book.active.auto_filter.ref = "A1:B3"


def mark_table(book: Workbook) -> None:
    book.active.add_table(Table(displayName="People", ref="A1:B3"))


@pytest.mark.parametrize("mark", [mark_frozen, mark_filter, mark_table])
def test_names_that_the_file_marks_are_believed(text: Read, mark: Callable[[Workbook], None]):
    book = Workbook()
    for row in (["Name", "Town"], ["Ada", "London"], ["Bob", "Ulm"]):
        book.active.append(row)
    mark(book)

    assert text(saved(book), "a.xlsx") == (
        "Name | Town\nName: Ada; Town: London\nName: Bob; Town: Ulm"
    )


def test_a_cell_that_spans_rows_is_read_in_each(text: Read):
    book = Workbook()
    for row in (
        ["Region", "Item", "Units"],
        ["North", "Bell", 4],
        [None, "Horn", 9],
        ["South", "Gong", 1],
    ):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    # Not by `merge_cells`, since that makes a million cells.
    book.active.merged_cells.add("A6:A1000000")

    assert text(saved(book), "a.xlsx").split("\n")[1:] == [
        "Region: North; Item: Bell; Units: 4",
        "Region: North; Item: Horn; Units: 9",
        "Region: South; Item: Gong; Units: 1",
    ]


def test_links_and_remarks_of_cells_are_read(text: Read):
    book = Workbook()
    book.active.append(["Manual", "Pump"])
    book.active["A1"].hyperlink = "https://intra.example/manual"
    book.active["B1"].comment = Comment("Ask Bob.", "Ada")

    assert text(saved(book), "a.xlsx") == (
        "Manual (https://intra.example/manual) | Pump\nComment on B1: Ask Bob."
    )


def test_a_link_made_by_a_formula_is_read(text: Read):
    content = with_cells(
        '<row><c r="A1" t="str"><f>HYPERLINK("https://a.example/x","Form")</f><v>Form</v></c></row>'
    )

    assert text(content, "a.xlsx") == "Form (https://a.example/x)"


@pytest.mark.parametrize("name", ["Workbook", "WORKBOOK", "book", "BOOK"])
def test_streams_of_old_workbooks_are_found_in_any_case(text: Read, name: str):
    with OleFileIO(str(PRICES)) as file:
        stream = file.openstream("Workbook").read()

    assert text(compound({name: stream}), "a.xls") == text(PRICES.read_bytes(), "a.xls")
