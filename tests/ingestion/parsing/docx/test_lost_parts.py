from collections.abc import Callable

import pytest
from docx import Document

from ingestion.chunking.document import document_text
from ingestion.last_errors import CorruptFile
from ingestion.parsing import Section
from tests.ingestion.parsing.conftest import Sections
from tests.ingestion.parsing.documents import docx, saved, with_part, without_part

RELATIONS = "word/_rels/document.xml.rels"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
FOOTNOTES = b"<w:footnotes xmlns:w='w'><w:p><w:r><w:t>small print</w:t></w:r></w:p></w:footnotes>"


def letter() -> bytes:
    """Return a document with a header, a footer, footnotes and a chart."""
    document = Document()
    document.add_paragraph("The text.")
    section = document.sections[0]
    section.header.paragraphs[0].text = "Letterhead"
    section.footer.paragraphs[0].text = "Page foot"
    content = saved(document)
    for kind in ("footnotes", "chart"):
        relation = f'<Relationship Id="{kind}" Type="{KINDS}/{kind}" Target="{kind}.xml"/>'
        content = with_part(
            content,
            RELATIONS,
            lambda part, relation=relation: part.replace(
                b"</Relationships>", relation.encode() + b"</Relationships>"
            ),
        )
    content = with_part(content, "word/footnotes.xml", lambda _: FOOTNOTES)
    return with_part(
        content, "word/chart.xml", lambda _: b"<c><a:p xmlns:a='a'><a:t>Sales</a:t></a:p></c>"
    )


PARTS = {
    "word/header1.xml": "Letterhead",
    "word/footer1.xml": "Page foot",
    "word/footnotes.xml": "small print",
    "word/chart.xml": "Sales",
}
WHOLE = "Letterhead\n\nThe text.\n\nSales\n\nPage foot\n\nsmall print"


def read(sections: list[Section]) -> tuple[str, list[str]]:
    warnings = [section.warning.message for section in sections if section.warning]
    return document_text(section for section in sections if not section.warning), warnings


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(
    ("lose", "reason"),
    [
        (without_part, "missing"),
        (lambda content, part: with_part(content, part, lambda _: b""), "damaged"),
        (lambda content, part: with_part(content, part, lambda _: b"<a><b></a>"), "damaged"),
    ],
    ids=["missing", "empty", "damaged"],
)
def test_a_lost_part_costs_itself_and_is_named(
    sections: Sections, part: str, lose: Callable[[bytes, str], bytes], reason: str
):
    text, warnings = read(sections(lose(letter(), part), "a.docx"))

    assert text == WHOLE.replace(PARTS[part], "").replace("\n\n\n\n", "\n\n").strip()
    assert warnings == [f"The part {part} could not be read ({reason})"]


def test_damaged_relationships_cost_what_they_refer_to(sections: Sections):
    text, warnings = read(sections(with_part(letter(), RELATIONS, lambda _: b"<"), "a.docx"))

    assert text == "The text."
    assert warnings == ["Everything the document refers to could not be read (damaged)"]


def test_a_damaged_main_part_fails_the_file(sections: Sections):
    with pytest.raises(CorruptFile):
        sections(with_part(docx("hello"), "word/document.xml", lambda _: b"<"), "a.docx")


@pytest.mark.parametrize("part", ["word/styles.xml", "word/numbering.xml"])
def test_damaged_styles_and_numbers_cost_no_text(sections: Sections, part: str):
    content = with_part(docx("hello"), part, lambda _: b"<a><b></a>")

    assert read(sections(content, "a.docx")) == (
        "hello",
        [f"The part {part} could not be read (damaged)"],
    )
