import re
from collections.abc import Callable

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from ingestion.chunking.document import document_text
from ingestion.last_errors import CorruptFile
from ingestion.parsing import Section
from tests.ingestion.parsing.conftest import Sections
from tests.ingestion.parsing.documents import pptx, saved, with_part, without_part

DECK = pptx(("First", "pumps", "Smile."), ("Second", "valves", ""), ("Third", "prices", ""))
SECOND = "ppt/slides/slide2.xml"
RELATIONS = "ppt/_rels/presentation.xml.rels"

LOST: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "no file": (lambda deck: without_part(deck, SECOND), "missing"),
    "no relationship": (
        lambda deck: with_part(
            deck, RELATIONS, lambda part: re.sub(rb"<Rel[^>]*slide2.xml[^>]*>", b"", part)
        ),
        "missing",
    ),
    "no bytes": (lambda deck: with_part(deck, SECOND, lambda part: b""), "damaged"),
    "half": (lambda deck: with_part(deck, SECOND, lambda part: part[:-50]), "damaged"),
}


def read(sections: list[Section]) -> tuple[str, list[str]]:
    """Return the text and the warnings."""
    warnings = [section.warning.message for section in sections if section.warning]
    return document_text(section for section in sections if not section.warning), warnings


@pytest.mark.parametrize(("lose", "reason"), LOST.values(), ids=LOST)
def test_a_lost_slide_costs_itself_and_is_named(
    sections: Sections, lose: Callable[[bytes], bytes], reason: str
):
    text, warnings = read(sections(lose(DECK), "a.pptx"))

    assert text == "First\n\npumps\n\nSmile.\n\nThird\n\nprices"
    assert warnings == [f"Slide 2 could not be read ({reason})"]


def test_the_slides_after_a_lost_one_keep_their_numbers(sections: Sections):
    found = sections(without_part(DECK, SECOND), "a.pptx")

    assert [section.page for section in found if section.text] == [1, 3]


def test_a_slide_that_is_too_large_is_named(sections: Sections, monkeypatch: pytest.MonkeyPatch):
    content = with_part(
        DECK, SECOND, lambda part: part.replace(b"valves", b"valves" + b" " * 100_000)
    )
    monkeypatch.setattr("ingestion.parsing.containers.xml_parts.MAX_TREE_BYTES", 100_000)

    text, warnings = read(sections(content, "a.pptx"))

    assert "prices" in text
    assert warnings == ["Slide 2 could not be read (too large)"]


def test_a_presentation_without_any_of_its_slides_is_damaged(sections: Sections):
    content = DECK
    for number in (1, 2, 3):
        content = without_part(content, f"ppt/slides/slide{number}.xml")

    with pytest.raises(CorruptFile, match="Slide 1 is missing"):
        sections(content, "a.pptx")


@pytest.mark.parametrize(
    ("lose", "reason"),
    [
        (without_part, "missing"),
        (lambda deck, part: with_part(deck, part, lambda text: text[:-9]), "damaged"),
    ],
)
def test_lost_notes_cost_themselves_and_are_named(
    sections: Sections, lose: Callable[[bytes, str], bytes], reason: str
):
    text, warnings = read(sections(lose(DECK, "ppt/notesSlides/notesSlide1.xml"), "a.pptx"))

    assert text.startswith("First\n\npumps\n\nSecond")
    assert warnings == [f"The notes of slide 1 could not be read ({reason})"]


@pytest.mark.parametrize(
    ("lose", "reason"),
    [
        (without_part, "missing"),
        (lambda deck, part: with_part(deck, part, lambda text: b"<c>"), "damaged"),
    ],
)
def test_a_lost_chart_costs_itself_and_is_named(
    sections: Sections, lose: Callable[[bytes, str], bytes], reason: str
):
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Sales"
    data = CategoryChartData()
    data.categories = ["East"]
    data.add_series("Spring", (19.2,))
    place = (Inches(2), Inches(2), Inches(3), Inches(3))
    chart = slide.shapes.add_chart(XL_CHART_TYPE.PIE, *place, data).chart
    part = str(chart.part.partname).lstrip("/")

    text, warnings = read(sections(lose(saved(deck), part), "a.pptx"))

    assert text == "Sales"
    assert warnings == [f"A chart on slide 1 could not be read ({reason})"]


def test_a_damaged_layout_costs_only_the_order_of_shapes(sections: Sections):
    content = with_part(DECK, "ppt/slideLayouts/slideLayout2.xml", lambda part: part[:-9])

    text, warnings = read(sections(content, "a.pptx"))

    assert text.startswith("First\n\npumps")
    assert warnings == []


def test_damaged_relationships_of_a_slide_cost_only_what_they_refer_to(sections: Sections):
    content = with_part(DECK, "ppt/slides/_rels/slide1.xml.rels", lambda part: part[:-9])

    text, warnings = read(sections(content, "a.pptx"))

    assert text.startswith("First\n\npumps\n\nSecond")
    assert warnings == ["Everything slide 1 refers to could not be read (damaged)"]
