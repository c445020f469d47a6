import pytest

from tests.ingestion.parsing.conftest import Read
from tests.ingestion.parsing.documents import with_part
from tests.ingestion.parsing.pptx.slides import KINDS, related
from tests.ingestion.parsing.sheets.test_sheets import workbook

DRAWING = "xl/drawings/drawing1.xml"


def drawn(content: str) -> bytes:
    """Return a workbook with a drawing of this content on its sheet."""
    root = f"<d xmlns:x='x' xmlns:a='a' xmlns:r='{KINDS}'>{content}</d>"
    file = related(
        workbook(["Bell"]),
        "xl/worksheets/_rels/sheet1.xml.rels",
        f"{KINDS}/drawing",
        "../drawings/drawing1.xml",
    )
    return with_part(file, DRAWING, lambda _: root.encode())


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (
            '<x:pic><x:nvPicPr><x:cNvPr descr="Pump in hall 9"/></x:nvPicPr></x:pic>',
            "[Pump in hall 9]",
        ),
        ('<x:cNvPr descr="logo.png"/><a:p><a:r><a:t>Note</a:t></a:r></a:p>', "Note"),
        (
            '<a:p><a:r><a:t>10</a:t></a:r><a:r><a:rPr baseline="30000"/><a:t>6</a:t></a:r></a:p>',
            "10^6",
        ),
    ],
)
def test_text_boxes_and_descriptions_follow_the_cells(text: Read, content: str, shown: str):
    assert text(drawn(content), "a.xlsx") == f"Bell\n{shown}"


def test_a_link_in_a_text_box_is_read_with_its_address(text: Read):
    linked = '<a:p><a:r><a:rPr><a:hlinkClick r:id="L"/></a:rPr><a:t>terms</a:t></a:r></a:p>'
    content = related(
        drawn(linked),
        "xl/drawings/_rels/drawing1.xml.rels",
        f"{KINDS}/hyperlink",
        "https://example.org/t",
        key="L",
        mode="External",
    )

    assert text(content, "a.xlsx") == "Bell\nterms (https://example.org/t)"


def test_the_words_of_a_diagram_are_read(text: Read):
    content = related(
        drawn(""), "xl/drawings/_rels/drawing1.xml.rels", f"{KINDS}/diagramData", "data1.xml"
    )
    data = b"<d xmlns:a='a'><a:p><a:r><a:t>Plan</a:t></a:r></a:p></d>"

    assert (
        text(with_part(content, "xl/drawings/data1.xml", lambda _: data), "a.xlsx") == "Bell\nPlan"
    )
