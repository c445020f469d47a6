from collections.abc import Callable
from pathlib import Path

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from ingestion.chunking.document import document_text
from ingestion.parsing import Section
from ingestion.parsing.attachments import TOO_DEEP
from tests.ingestion.hostile.compound import compound
from tests.ingestion.parsing.conftest import Sections
from tests.ingestion.parsing.containers.test_ole_objects import dropped
from tests.ingestion.parsing.documents import docx, pdf, pptx, saved, with_part, without_part
from tests.ingestion.parsing.pptx.slides import KINDS, related
from tests.ingestion.parsing.sheets.test_sheets import workbook

SLIDE = ("ppt/slides/_rels/slide1.xml.rels", "ppt/embeddings/", "../embeddings/")
WORD = ("word/_rels/document.xml.rels", "word/embeddings/", "embeddings/")
PRICES = (Path(__file__).parent / "samples" / "prices.xls").read_bytes()
PARTS = workbook(["Impeller", 312])

Holder = tuple[str, bytes]
HOLDERS: dict[str, Holder] = {
    "a.pptx": ("Slide", pptx(("Slide", "", ""))),
    "a.docx": ("Text", docx("Text")),
}


def holding(
    filename: str,
    content: bytes,
    name: str = "Sheet1.xlsx",
    kind: str = "package",
    key: str = "rIdE",
) -> bytes:
    """Return a document with an embedded file."""
    listing, folder, target = SLIDE if filename == "a.pptx" else WORD
    holder = related(HOLDERS[filename][1], listing, f"{KINDS}/{kind}", target + name, key=key)
    return with_part(holder, folder + name, lambda _: content)


def read(found: list[Section]) -> tuple[str, list[str]]:
    warnings = [one.warning.message for one in found if one.warning]
    return document_text(one for one in found if not one.warning), warnings


EMBEDDED = {
    "workbook": (PARTS, "Sheet1.xlsx", "package", "Sheet1.xlsx", "Impeller | 312"),
    "document": (docx("hello"), "Doc1.docx", "package", "Doc1.docx", "hello"),
    "workbook in an object": (
        compound({"Package": PARTS}),
        "oleObject1.bin",
        "oleObject",
        "oleObject1.xlsx",
        "Impeller | 312",
    ),
    "old workbook": (PRICES, "oleObject1.bin", "oleObject", "oleObject1.xls", "Bell"),
    "PDF": (
        compound({"CONTENTS": pdf("hello")}),
        "oleObject1.bin",
        "oleObject",
        "oleObject1.pdf",
        "hello",
    ),
    "dropped text": (
        compound({"\x01Ole10Native": dropped(b"notes.txt", b"hello")}),
        "oleObject1.bin",
        "oleObject",
        "notes.txt",
        "hello",
    ),
}


@pytest.mark.parametrize("filename", HOLDERS)
@pytest.mark.parametrize(
    ("content", "name", "kind", "shown", "words"), EMBEDDED.values(), ids=EMBEDDED
)
def test_an_embedded_file_is_read_after_its_slide_or_document(
    sections: Sections, filename: str, content: bytes, name: str, kind: str, shown: str, words: str
):
    text, warnings = read(sections(holding(filename, content, name, kind), "a"))

    assert text.startswith(f"{HOLDERS[filename][0]}\n\nAttachment: {shown}\n\n")
    assert words in text
    assert warnings == []


def test_the_text_of_an_embedded_file_has_the_page_of_its_slide(sections: Sections):
    content = holding("a.pptx", pdf("one", "two"), "a.pdf")

    assert {one.page for one in sections(content, "a.pptx")} == {1}


@pytest.mark.parametrize("kind", ["html", "docx", "txt"])
def test_a_document_that_word_shows_in_place_of_a_text_is_read(sections: Sections, kind: str):
    chunks = {"html": b"<html><p>hello</p>", "docx": docx("hello"), "txt": b"hello"}
    content = holding("a.docx", chunks[kind], f"chunk.{kind}", "aFChunk")

    assert read(sections(content, "a.docx")) == (f"Text\n\nAttachment: chunk.{kind}\n\nhello", [])


@pytest.mark.parametrize("filename", HOLDERS)
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (PARTS[:200], "damaged"),
        (compound({"Package": PARTS})[:2000], "damaged"),
        (compound({"VisioDocument": b"x"}), "not supported"),
    ],
    ids=["workbook", "object", "another program"],
)
def test_an_embedded_file_that_cannot_be_read_costs_itself_and_is_named(
    sections: Sections, filename: str, content: bytes, reason: str
):
    text, warnings = read(sections(holding(filename, content, "One.bin"), filename))

    assert text.startswith(HOLDERS[filename][0])
    assert reason in text
    assert [one.startswith("The attachment One.bin was not read: ") for one in warnings] == [True]


@pytest.mark.parametrize(
    ("filename", "name"),
    [("a.pptx", "A file embedded in slide 1"), ("a.docx", "The part word/embeddings/Sheet1.xlsx")],
)
def test_a_missing_embedded_file_is_named(sections: Sections, filename: str, name: str):
    folder = (SLIDE if filename == "a.pptx" else WORD)[1]
    content = without_part(holding(filename, PARTS), f"{folder}Sheet1.xlsx")

    assert read(sections(content, filename)) == (
        HOLDERS[filename][0],
        [f"{name} could not be read (missing)"],
    )


@pytest.mark.parametrize("filename", HOLDERS)
def test_equations_of_an_old_kind_are_named_once(sections: Sections, filename: str):
    content = holding(filename, compound({"Equation Native": b"x"}), "oleObject1.bin", "oleObject")

    assert read(sections(content, filename)) == (
        HOLDERS[filename][0],
        ["Equations of Office before 2007 were not read"],
    )


def test_an_empty_object_is_nothing(sections: Sections):
    assert read(sections(holding("a.docx", b""), "a.docx")) == ("Text", [])


def test_a_file_that_is_embedded_twice_is_read_once(sections: Sections):
    content = related(
        holding("a.docx", PARTS), WORD[0], f"{KINDS}/package", "embeddings/Sheet1.xlsx", key="again"
    )

    assert read(sections(content, "a.docx"))[0].count("Impeller") == 1


def test_the_workbook_behind_a_chart_is_not_read_again(sections: Sections):
    deck = Presentation()
    data = CategoryChartData()
    data.categories = ["East"]
    data.add_series("Spring", (19.2,))
    place = (Inches(2), Inches(2), Inches(3), Inches(3))
    deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_chart(XL_CHART_TYPE.PIE, *place, data)

    assert read(sections(saved(deck), "a.pptx")) == (" | Spring\nEast | 19.2", [])


def test_documents_in_documents_are_opened_to_a_limit(sections: Sections):
    content = docx("innermost")
    for _ in range(5):
        content = holding("a.docx", content, "Doc.docx")

    text, warnings = read(sections(content, "a.docx"))

    assert "innermost" not in text
    assert warnings == [f"The attachment Doc.docx was not read: {TOO_DEEP}"]


def test_a_bug_in_the_reader_of_an_embedded_file_costs_that_file(
    sections: Sections, monkeypatch: pytest.MonkeyPatch
):
    def broken(*_: object) -> None:
        raise AssertionError("a bug")

    change: Callable[..., None] = broken
    monkeypatch.setattr("ingestion.parsing.sheets.xlsx_sheets", change)

    text, warnings = read(sections(holding("a.docx", PARTS), "a.docx"))

    assert text.startswith("Text\n\nAttachment: Sheet1.xlsx")
    assert len(warnings) == 1
