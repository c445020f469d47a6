from collections.abc import Callable

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from ingestion.last_errors import CorruptFile, EmptyFile
from ingestion.parsing import Section
from tests.ingestion.parsing.conftest import Read, Sections
from tests.ingestion.parsing.documents import pptx, saved, with_part, without_part

PRICES = [["Item", "Price"], ["Bell", "12 | 14"], ["", "8"]]
SLIDE = "ppt/slides/slide1.xml"
EMPTY_LAYOUT, TWO_CONTENTS = 6, 3


def test_every_slide_is_a_section_with_its_notes_last(sections: Sections):
    content = pptx(("Welcome", "Bring your card\nMeet Ana", "Smile."), ("Numbers", "Up", ""))

    assert sections(content, "a.pptx") == [
        Section("Welcome\n\nBring your card\n\nMeet Ana\n\nSmile.", 1, "Welcome"),
        Section("Numbers\n\nUp", 2, "Numbers"),
    ]


def test_a_slide_with_only_notes_is_read(sections: Sections):
    assert sections(pptx(("", "", ""), ("", "", "Said.")), "a.pptx") == [Section("Said.", 2)]


def test_a_table_of_a_slide_is_one_line_per_row(text: Read):
    content = pptx(("Prices", "", ""), table=PRICES)

    assert text(content, "a.pptx") == "Prices\n\nItem | Price\nBell | 12 | 14\n | 8"


def test_a_slide_is_read_from_top_to_bottom_after_its_title(text: Read):
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[TWO_CONTENTS])
    slide.placeholders[2].text = "right"
    slide.placeholders[1].text = "left"
    for words, inches in (("below", 7), ("above", 0)):
        box = slide.shapes.add_textbox(Inches(1), Inches(inches), Inches(2), Inches(0.3))
        box.text_frame.text = words
    slide.shapes.title.text = "Title"

    assert text(saved(deck), "a.pptx") == "Title\n\nabove\n\nleft\n\nright\n\nbelow"


def test_the_shapes_of_a_group_stay_together(text: Read):
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[EMPTY_LAYOUT])
    group = slide.shapes.add_group_shape()
    for place, (shapes, words) in enumerate(
        ((group.shapes, "one"), (slide.shapes, "between"), (group.shapes, "two"))
    ):
        box = shapes.add_textbox(Inches(1), Inches(1 + place), Inches(2), Inches(0.3))
        box.text_frame.text = words

    assert text(saved(deck), "a.pptx") == "one\n\ntwo\n\nbetween"


def test_bullets_that_the_slide_itself_sets_are_kept(text: Read):
    content = with_part(
        pptx(("T", "one\ntwo", "")),
        SLIDE,
        lambda part: part.replace(
            b"<a:p><a:r><a:t>one", b"<a:p><a:pPr><a:buChar char='x'/></a:pPr><a:r><a:t>one"
        ),
    )

    assert text(content, "a.pptx") == "T\n\n- one\n\ntwo"


def test_a_chart_is_read_as_a_table(text: Read):
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[EMPTY_LAYOUT])
    data = CategoryChartData()
    data.categories = ["East", "West"]
    data.add_series("Spring", (19.2, 21))
    data.add_series("Autumn", (1, None))
    box = (Inches(2), Inches(2), Inches(3), Inches(3))
    chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *box, data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "Sales"

    assert text(saved(deck), "a.pptx") == (
        "Sales\n | Spring | Autumn\nEast | 19.2 | 1\nWest | 21 | "
    )


def test_the_words_of_a_diagram_are_read(text: Read):
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    frame = (
        '<p:graphicFrame><a:graphic><a:graphicData uri="x">'
        f'<dgm:relIds xmlns:dgm="d" xmlns:r="{kinds}" r:dm="rIdD"/>'
        "</a:graphicData></a:graphic></p:graphicFrame></p:spTree>"
    )
    relation = (
        f'<Relationship Id="rIdD" Type="{kinds}/diagramData" Target="../diagrams/data1.xml"/>'
        "</Relationships>"
    )
    diagram = '<d:m xmlns:d="d" xmlns:a="a"><a:p><a:r><a:t>Plan</a:t></a:r></a:p></d:m>'
    content = with_part(
        pptx(("Cycle", "", "")), SLIDE, lambda part: part.replace(b"</p:spTree>", frame.encode())
    )
    content = with_part(
        content,
        "ppt/slides/_rels/slide1.xml.rels",
        lambda part: part.replace(b"</Relationships>", relation.encode()),
    )

    assert text(
        with_part(content, "ppt/diagrams/data1.xml", lambda _: diagram.encode()), "a.pptx"
    ) == ("Cycle\n\nPlan")


@pytest.mark.parametrize("content", [pptx(("", "", "")), pptx()], ids=["empty", "no slides"])
def test_a_presentation_without_text_is_empty(sections: Sections, content: bytes):
    with pytest.raises(EmptyFile):
        sections(content, "a.pptx")


@pytest.mark.parametrize("damage", [lambda part: part[:-40], lambda part: b""])
@pytest.mark.parametrize("part", ["ppt/presentation.xml", SLIDE])
def test_a_presentation_with_a_broken_part_is_damaged(
    sections: Sections, part: str, damage: Callable[[bytes], bytes]
):
    with pytest.raises(CorruptFile, match="damaged or incomplete"):
        sections(with_part(pptx(("hello", "", "")), part, damage), "a.pptx")


def test_a_presentation_without_one_of_its_slides_is_damaged(sections: Sections):
    with pytest.raises(CorruptFile) as failure:
        sections(without_part(pptx(("hello", "", "")), SLIDE), "a.pptx")

    assert str(failure.value) == (
        "The file could not be parsed. Slide 1 is missing: save it again and upload the new copy."
    )
