from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls

from ingestion.last_errors import CorruptFile, EmptyFile
from ingestion.parsing import Section, parse
from tests.ingestion.parsing.conftest import Read, Sections
from tests.ingestion.parsing.documents import docx, saved, with_part, without_part
from tests.ingestion.parsing.docx.bodies import MAIN, TRANSITIONAL, p, with_body

PRICES = [["Item", "Price"], ["Bell", "12 | 14"], ["", "8"]]
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"


def test_paragraphs_are_separated_by_blank_lines(text: Read):
    assert text(docx("First one.", "", "Second one."), "a.docx") == "First one.\n\nSecond one."


def test_a_table_of_a_document_is_one_line_per_row(text: Read):
    content = docx("Our prices:", table=PRICES)

    assert text(content, "a.docx") == "Our prices:\n\nItem | Price\nBell | 12 | 14\n | 8"


def test_headings_lists_headers_and_footers_are_read(text: Read):
    document = Document()
    document.add_heading("Leave", level=1)
    document.add_paragraph("one", style="List Bullet")
    document.add_paragraph("two", style="List Bullet")
    document.add_paragraph("first", style="List Number")
    document.add_paragraph("After the list.")
    document.sections[0].header.paragraphs[0].text = "Handbook"
    document.sections[0].footer.paragraphs[0].text = "Confidential"

    assert text(saved(document), "a.docx") == (
        "Handbook\n\nLeave\n\n- one\n- two\n1. first\n\nAfter the list.\n\nConfidential"
    )


def test_every_heading_begins_a_section_under_its_name(sections: Sections):
    document = Document()
    document.add_paragraph("Before.")
    document.add_heading("Leave", level=1)
    document.add_paragraph("Thirty days.")
    document.add_heading("Unpaid", level=2)
    document.add_paragraph("On request.")

    assert sections(saved(document), "a.docx") == [
        Section("Before."),
        Section("Leave\n\nThirty days.", heading="Leave"),
        Section("Unpaid\n\nOn request.", heading="Unpaid"),
    ]


def test_a_style_that_is_based_on_a_heading_is_a_heading(sections: Sections):
    style = (
        '<w:style w:styleId="Mine"><w:name w:val="Mine"/><w:basedOn w:val="Heading1"/></w:style>'
    )
    content = with_part(
        with_body(p("Leave", '<w:pStyle w:val="Mine"/>')),
        "word/styles.xml",
        lambda part: part.replace(b"</w:styles>", style.encode() + b"</w:styles>"),
    )

    assert sections(content, "a.docx") == [Section("Leave", heading="Leave")]


def test_styles_that_are_based_on_each_other_do_not_loop_forever(text: Read):
    styles = "".join(
        f'<w:style w:styleId="{one}"><w:basedOn w:val="{other}"/></w:style>'
        for one, other in ("AB", "BA")
    )
    content = with_part(
        with_body(p("Leave", '<w:pStyle w:val="A"/>')),
        "word/styles.xml",
        lambda part: part.replace(b"</w:styles>", styles.encode() + b"</w:styles>"),
    )

    assert text(content, "a.docx") == "Leave"


def test_list_numbers_are_computed_as_word_does(text: Read):
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{shown}"/></w:lvl>'
        for level, start, form, shown in (
            (0, 3, "upperRoman", "§ %1"),
            (1, 1, "lowerLetter", "%1.%2)"),
            (2, 1, "decimalZero", "%3"),
        )
    )
    numbering = (
        f'<w:abstractNum w:abstractNumId="77">{levels}</w:abstractNum>'
        '<w:num w:numId="77"><w:abstractNumId w:val="77"/></w:num>'
    )
    depths = (0, 1, 1, 2, 0, 1)
    body = "".join(
        p("x", f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="77"/></w:numPr>')
        for depth in depths
    )
    content = with_part(
        with_body(body),
        "word/numbering.xml",
        lambda part: part.replace(b"</w:numbering>", numbering.encode() + b"</w:numbering>"),
    )

    assert text(content, "a.docx").split("\n") == [
        *("§ III x", "III.a) x", "III.b) x", "01 x", "§ IV x", "IV.a) x"),
    ]


def test_pages_end_where_word_stored_page_breaks(sections: Sections):
    document = Document()
    document.add_paragraph("On page one.")
    run = document.add_paragraph().add_run()
    run._r.append(OxmlElement("w:lastRenderedPageBreak"))
    run.add_text("On page two.")

    assert sections(saved(document), "a.docx") == [
        Section("On page one.", 1),
        Section("On page two.", 2),
    ]


def test_a_paragraph_across_two_pages_is_continued(text: Read, sections: Sections):
    content = with_body(
        "<w:p><w:r><w:t xml:space='preserve'>It goes </w:t><w:lastRenderedPageBreak/>"
        "<w:t>on.</w:t></w:r></w:p>"
    )

    assert text(content, "a.docx") == "It goes on."
    assert sections(content, "a.docx") == [
        Section("It goes ", 1),
        Section("on.", 2, continues=True),
    ]


def test_a_very_long_paragraph_is_read_in_several_sections(sections: Sections):
    run = "<w:r><w:t xml:space='preserve'>" + "word " * 2000 + "</w:t></w:r>"

    found = sections(with_body(f"<w:p>{run * 50}</w:p>"), "a.docx")

    assert len(found) > 5
    assert max(len(section.text) for section in found) < 200_000
    assert "".join(section.text for section in found).split() == ["word"] * 100_000


def test_footnotes_are_read_at_the_end(text: Read):
    notes = (
        f'<w:footnotes {nsdecls("w")}><w:footnote w:id="1">{p("The note.")}</w:footnote>'
        "</w:footnotes>"
    )
    kinds = TRANSITIONAL.replace("wordprocessingml/2006/main", "officeDocument/2006/relationships")
    relation = f'<Relationship Id="n" Type="{kinds}/footnotes" Target="footnotes.xml"/>'
    content = with_part(
        with_body(p("Claim.") + p("More.")), "word/footnotes.xml", lambda _: notes.encode()
    )
    content = with_part(
        content,
        "word/_rels/document.xml.rels",
        lambda part: part.replace(b"</Relationships>", relation.encode() + b"</Relationships>"),
    )

    assert text(content, "a.docx") == "Claim.\n\nMore.\n\nThe note."


def test_text_that_was_deleted_or_moved_away_is_not_read(text: Read):
    content = with_body(
        "<w:p><w:del><w:r><w:delText>Old</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>Gone</w:t></w:r></w:moveFrom>"
        "<w:ins><w:r><w:t>New</w:t></w:r></w:ins></w:p>"
    )

    assert text(content, "a.docx") == "New"


def test_a_text_box_is_read_once(text: Read):
    box = f"<w:txbxContent>{p('In the box.')}</w:txbxContent>"
    content = with_body(
        '<w:p xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
        "</mc:AlternateContent></w:r><w:r><w:t>Beside it.</w:t></w:r></w:p>"
    )

    assert text(content, "a.docx") == "In the box.\n\nBeside it."


def test_tabs_and_line_breaks_are_kept_and_tab_stops_are_not_text(text: Read):
    content = with_body(
        "<w:p><w:pPr><w:tabs><w:tab w:val='left' w:pos='700'/></w:tabs></w:pPr><w:r><w:t>a</w:t>"
        "<w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t></w:r></w:p>"
    )

    assert text(content, "a.docx") == "a\tb\nc-d"


def test_tables_in_cells_stay_in_their_row(text: Read):
    document = Document()
    outer = document.add_table(1, 2)
    outer.cell(0, 0).text = "left"
    inner = outer.cell(0, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "a", "b"

    assert text(saved(document), "a.docx") == "left | a | b"


def test_a_layout_table_is_read_as_paragraphs(text: Read):
    document = Document()
    cell = document.add_table(1, 1).cell(0, 0)
    cell.text = "First."
    cell.add_paragraph("Second.")

    assert text(saved(document), "a.docx") == "First.\n\nSecond."


def test_consecutive_tables_are_separated(text: Read):
    document = Document()
    for texts in (("a", "b"), ("c", "d")):
        table = document.add_table(1, 2)
        table.cell(0, 0).text, table.cell(0, 1).text = texts

    assert text(saved(document), "a.docx") == "a | b\n\nc | d"


def test_a_document_in_the_strict_format_is_read(text: Read):
    strict = with_part(
        docx("hello"), MAIN, lambda part: part.replace(TRANSITIONAL.encode(), STRICT.encode())
    )

    assert text(strict, "a.docx") == "hello"


def test_content_controls_and_formulas_are_read(text: Read):
    content = with_body(
        f"<w:sdt><w:sdtContent>{p('Chosen.')}</w:sdtContent></w:sdt>"
        '<w:p xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math">'
        "<m:oMath><m:r><m:t>a+b</m:t></m:r></m:oMath></w:p>"
    )

    assert text(content, "a.docx") == "Chosen.\n\na+b"


def test_a_document_without_text_is_empty(sections: Sections):
    with pytest.raises(EmptyFile):
        sections(docx("", " "), "a.docx")


@pytest.mark.parametrize("damage", [lambda part: part[:-40], lambda part: b""])
@pytest.mark.parametrize("part", [MAIN, "_rels/.rels"])
def test_a_document_with_a_broken_part_is_damaged(
    sections: Sections, part: str, damage: Callable[[bytes], bytes]
):
    with pytest.raises(CorruptFile, match="damaged or incomplete"):
        sections(with_part(docx("hello"), part, damage), "a.docx")


def test_a_document_without_its_main_part_is_damaged(sections: Sections):
    with pytest.raises(CorruptFile):
        sections(without_part(docx("hello"), MAIN), "a.docx")


def test_a_document_is_streamed(tmp_path: Path):
    content = with_part(
        docx(*["A paragraph of some length, again and again."] * 5000),
        MAIN,
        lambda part: part[:-40],
    )
    (path := tmp_path / "a.docx").write_bytes(content)
    reading = parse(path, "a.docx")

    assert next(reading).text.startswith("A paragraph")
    with pytest.raises(CorruptFile):
        list(reading)


def test_a_document_that_declares_entities_is_refused(sections: Sections):
    laughs = b'<!DOCTYPE lol [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    content = with_part(
        docx("LAUGH"),
        MAIN,
        lambda part: part.replace(b"?>", b"?>" + laughs, 1).replace(b"LAUGH", b"&b;"),
    )

    with pytest.raises(CorruptFile) as failure:
        sections(content, "a.docx")

    assert str(failure.value) == (
        "The file could not be parsed. Its XML declares entities: save it again and upload the new"
        " copy."
    )


def test_text_boxes_in_vml_are_read(text: Read):
    document = Document()
    box = parse_xml(
        f"<w:pict {nsdecls('w')}><v:textbox xmlns:v='urn:schemas-microsoft-com:vml'>"
        f"<w:txbxContent>{p('Old box.')}</w:txbxContent></v:textbox></w:pict>"
    )
    document.add_paragraph("Text.").add_run()._r.append(box)

    assert text(saved(document), "a.docx") == "Old box.\n\nText."


def test_words_and_values_of_charts_and_diagrams_are_read_after_the_text(text: Read):
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = "".join(
        f'<Relationship Id="rX{kind}" Type="{kinds}/{kind}" Target="{kind}.xml"/>'
        for kind in ("chart", "diagramData")
    )
    points = '<c:pt idx="0"><c:v>{}</c:v></c:pt>'
    chart = (
        '<c:chart xmlns:c="c" xmlns:a="a"><a:p><a:r><a:t>Sales</a:t></a:r></a:p><c:ser>'
        f"<c:tx>{points.format('2026')}</c:tx><c:cat>{points.format('East')}</c:cat>"
        f"<c:val>{points.format('19.2')}</c:val></c:ser></c:chart>"
    )
    diagram = '<d:m xmlns:d="d" xmlns:a="a"><a:p><a:r><a:t>Plan</a:t></a:r></a:p></d:m>'
    content = with_part(
        docx("Before."),
        "word/_rels/document.xml.rels",
        lambda part: part.replace(b"</Relationships>", f"{relations}</Relationships>".encode()),
    )
    content = with_part(content, "word/chart.xml", lambda _: chart.encode())
    content = with_part(content, "word/diagramData.xml", lambda _: diagram.encode())

    assert text(content, "a.docx") == "Before.\n\nSales\n | 2026\nEast | 19.2\n\nPlan"
