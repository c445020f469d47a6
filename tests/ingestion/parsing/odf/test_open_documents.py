"""OpenDocument texts, presentations and spreadsheets, as LibreOffice and others write them."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from ingestion.last_errors import CorruptFile, EmptyFile, EncryptedFile
from ingestion.parsing import Section
from tests.ingestion.parsing.conftest import Read, Sections

NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (
        ("office", "office"),
        ("style", "style"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("svg", "svg-compatible"),
        ("presentation", "presentation"),
    )
)
TYPE = "application/vnd.oasis.opendocument"


def odf(kind: str, content: str, **parts: str) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("mimetype", f"{TYPE}.{kind}")
        archive.writestr("content.xml", content)
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", part)
    return file.getvalue()


def odt(body: str, lists: str = "", **parts: str) -> bytes:
    content = (
        f"<office:document-content {NAMES}><office:automatic-styles>{lists}"
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>"
    )
    return odf("text", content, **parts)


def odp(*slides: str) -> bytes:
    pages = "".join(f"<draw:page>{slide}</draw:page>" for slide in slides)
    body = f"<office:body><office:presentation>{pages}</office:presentation></office:body>"
    content = f"<office:document-content {NAMES}>{body}</office:document-content>"
    return odf("presentation", content)


def ods(tables: str) -> bytes:
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    return odf("spreadsheet", f"<office:document-content {NAMES}>{body}</office:document-content>")


def p(words: str) -> str:
    return f"<text:p>{words}</text:p>"


def framed(inner: str, settings: str = "") -> str:
    return f"<draw:frame {settings}><draw:text-box>{inner}</draw:text-box></draw:frame>"


def cells(*texts: str) -> str:
    inner = "".join(f"<table:table-cell>{p(text)}</table:table-cell>" for text in texts)
    return f"<table:table-row>{inner}</table:table-row>"


def test_every_heading_begins_a_section_under_its_name(sections: Sections):
    body = f"{p('Before.')}<text:h>Leave</text:h>{p('Thirty days.')}<text:h>Pay</text:h>"

    assert sections(odt(body), "a.odt") == [
        Section("Before."),
        Section("Leave\n\nThirty days.", heading="Leave"),
        Section("Pay", heading="Pay"),
    ]


def test_white_space_collapses_unless_it_is_written_as_elements(text: Read):
    body = p("a  \n b<text:s text:c='3'/>c<text:tab/><text:span>d</text:span> e<text:line-break/>f")

    assert text(odt(body), "a.odt") == "a b   c\td e\nf"


def test_pages_end_at_stored_page_breaks(sections: Sections):
    body = p("One.") + p("Two <text:soft-page-break/>pages.") + p("Three.")

    assert sections(odt(body), "a.odt") == [
        Section("One.\n\nTwo pages.", 1),
        Section("Three.", 2),
    ]


def test_lists_are_numbered_as_their_styles_say(text: Read):
    styles = (
        '<text:list-style style:name="N"><text:list-level-style-number text:level="1"'
        ' style:num-format="a" style:num-suffix=")"/></text:list-style>'
    )
    item = "<text:list-item>{}</text:list-item>"
    nested = f"<text:list>{item.format(p('deep'))}</text:list>"
    body = (
        f'<text:list text:style-name="N">{item.format(p("one") + p("more"))}'
        f"{item.format(p('two') + nested)}</text:list>{p('After.')}"
    )

    assert text(odt(body, styles), "a.odt") == "a) one\nmore\nb) two\n- deep\n\nAfter."


def test_a_table_is_one_line_per_row(text: Read):
    body = f"<table:table>{cells('Item', 'Price')}{cells('Bell', '12')}</table:table>"

    assert text(odt(p("Prices:") + body), "a.odt") == "Prices:\n\nItem | Price\nBell | 12"


def test_notes_and_text_boxes_follow_their_paragraph_and_remarks_stand_in_it(text: Read):
    note = (
        "<text:note><text:note-citation>1</text:note-citation>"
        f"<text:note-body>{p('Note.')}</text:note-body></text:note>"
    )
    box = framed(p("Box."))
    comment = f"<office:annotation>{p('Hm.')}</office:annotation>"
    deleted = (
        f"<text:tracked-changes><text:deletion>{p('Old.')}</text:deletion></text:tracked-changes>"
    )

    body = deleted + p(f"Claim{note}.{box}{comment}")
    assert text(odt(body), "a.odt") == "Claim. [Hm.]\n\nNote.\n\nBox."


def test_headers_and_footers_are_read_once(text: Read):
    page = f"<style:master-page><style:header>{p('Handbook')}</style:header></style:master-page>"
    styles = f"<office:document-styles {NAMES}>{page * 2}</office:document-styles>"

    assert text(odt(p("Text."), styles=styles), "a.odt") == "Handbook\n\nText."


def test_every_slide_is_a_section_with_its_title_first_and_its_notes_last(sections: Sections):
    notes = f"<presentation:notes>{framed(p('Said.'))}</presentation:notes>"
    body = framed(p("Shown."))
    title = framed(p("Title"), 'presentation:class="title"')
    table = f"<draw:frame><table:table>{cells('a', 'b')}</table:table></draw:frame>"

    assert sections(odp(notes + body + title + table, body), "a.odp") == [
        Section("Title\n\nShown.\n\na | b\n\nSaid.", 1, "Title"),
        Section("Shown.", 2),
    ]


def test_cells_are_read_as_displayed_and_dates_by_their_values(sections: Sections):
    def cell(kind: str, value: str) -> str:
        name = {"date": "date-value"}.get(kind, "value")
        return (
            f'<table:table-cell office:value-type="{kind}" office:{name}="{value}">{p("shown")}'
            "</table:table-cell>"
        )

    values = {"float": "12.50", "date": "2026-05-01T08:30:00", "percentage": "0.5"}
    row = f"<table:table-row>{''.join(map(cell, values, values.values()))}</table:table-row>"
    header = cells("Price", "Since", "Share")

    assert sections(ods(f'<table:table table:name="P">{header}{row}</table:table>'), "a.ods") == [
        Section(
            "Price | Since | Share\nPrice: shown; Since: 2026-05-01 08:30:00; Share: shown",
            1,
            "P",
        )
    ]


def test_repeated_rows_and_cells_are_repeated_unless_they_are_empty(text: Read):
    table = (
        "<table:table>"
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell'
        ' table:number-columns-repeated="16384"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="2"><table:table-cell'
        f' table:number-columns-repeated="3">{p("x")}</table:table-cell></table:table-row>'
        "</table:table>"
    )

    assert text(ods(table), "a.ods") == "x | x | x\nx | x | x"


def test_every_sheet_has_its_own_section(sections: Sections):
    tables = "".join(f'<table:table table:name="{n}">{cells(n)}</table:table>' for n in "AB")

    assert sections(ods(tables), "a.ods") == [Section("A", 1, "A"), Section("B", 2, "B")]


@pytest.mark.parametrize("kind", ["text", "presentation", "spreadsheet"])
def test_a_file_with_a_password_is_refused(sections: Sections, kind: str):
    manifest = (
        '<manifest xmlns="m"><file-entry full-path="content.xml"><encryption-data/></file-entry>'
        "</manifest>"
    )

    with pytest.raises(EncryptedFile) as failure:
        sections(odf(kind, "\x07garbage", **{"META-INF__manifest": manifest}), "a.odt")

    assert str(failure.value) == (
        "The file could not be parsed. It is protected by a password: remove the protection and"
        " upload it again."
    )


@pytest.mark.parametrize("kind", ["text", "presentation", "spreadsheet"])
@pytest.mark.parametrize(
    "content",
    [
        "",
        "<a><b></a>",
        f"<!DOCTYPE p [<!ENTITY b 'c'>]><p {NAMES}><table:table/><draw:page/><text:p/></p>",
    ],
)
def test_a_damaged_or_hostile_document_is_refused(sections: Sections, kind: str, content: str):
    with pytest.raises(CorruptFile):
        sections(odf(kind, content), "a.odt")


@pytest.mark.parametrize("content", [odt(""), odp(""), ods("<table:table/>")])
def test_a_document_without_text_is_empty(sections: Sections, content: bytes):
    with pytest.raises(EmptyFile):
        sections(content, "a.odt")


def test_a_cell_without_a_value_is_read_by_its_display(text: Read):
    kinds = ("float", "date", "currency")
    row = "".join(
        f'<table:table-cell office:value-type="{kind}">{p(kind)}</table:table-cell>'
        for kind in kinds
    )

    content = ods(f"<table:table><table:table-row>{row}</table:table-row></table:table>")

    assert text(content, "a.ods") == "float | date | currency"


def test_text_boxes_of_a_sheet_are_read_on_separate_lines(text: Read):
    box = f"<draw:frame><draw:text-box>{p('{}')}</draw:text-box></draw:frame>"
    anchored = f"<table:table-cell>{p('Ulm')}{box.format('of a cell')}</table:table-cell>"
    rows = cells("Town", "River") + f"<table:table-row>{anchored}</table:table-row>"
    table = f"<table:table><table:shapes>{box.format('of the sheet')}</table:shapes>{rows}"

    assert text(ods(f"{table}</table:table>"), "a.ods") == (
        "of the sheet\nTown | River\nUlm\nof a cell"
    )


def test_a_doctype_without_entities_is_accepted(sections: Sections):
    # OpenOffice put a doctype into each manifest.
    manifest = (
        '<!DOCTYPE manifest PUBLIC "-//OpenOffice.org//DTD Manifest 1.0//EN" "Manifest.dtd">'
        '<manifest xmlns="m"><file-entry full-path="content.xml"/></manifest>'
    )

    [section] = sections(odt(p("Bells"), **{"META-INF__manifest": manifest}), "a.odt")

    assert section.text == "Bells"


XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'


def test_links_powers_and_pictures_are_read(text: Read):
    style = '<style:style style:name="up"><style:text-properties style:text-position="33% 58%"/>'
    described = "<svg:title>Map</svg:title><svg:desc>Leave at exit 33</svg:desc>"
    picture = f"<draw:frame>{described}</draw:frame>"
    body = (
        f'<text:p>Use <text:a {XLINK} xlink:href="https://a.example/tc">it</text:a>.</text:p>'
        '<text:p>10<text:span text:style-name="up">6</text:span> turns</text:p>'
        f"<text:p>{picture}</text:p>"
        f'<text:p><draw:a {XLINK} xlink:href="https://a.example">{picture}</draw:a></text:p>'
    )

    assert text(odt(body, f"{style}</style:style>"), "a.odt") == (
        "Use it (https://a.example/tc).\n\n10^6 turns\n\n[Map Leave at exit 33]\n\n"
        "[Map Leave at exit 33] (https://a.example)"
    )


@pytest.mark.parametrize(
    ("attributes", "label"),
    [
        ('text:continue-numbering="true"', "3."),
        ('text:continue-list="first"', "3."),
        ("", "1."),
    ],
)
def test_a_list_that_goes_on_keeps_its_numbers(text: Read, attributes: str, label: str):
    style = (
        '<text:list-style style:name="L"><text:list-level-style-number text:level="1"'
        ' style:num-format="1" style:num-suffix="."/></text:list-style>'
    )
    item = "<text:list-item>{}</text:list-item>"
    first = item.format(p("one")) + item.format(p("two"))
    body = (
        f'<text:list text:style-name="L" xml:id="first">{first}</text:list>{p("Between.")}'
        f'<text:list text:style-name="L" {attributes}>{item.format(p("three"))}</text:list>'
    )

    assert text(odt(body, style), "a.odt") == f"1. one\n2. two\n\nBetween.\n\n{label} three"
