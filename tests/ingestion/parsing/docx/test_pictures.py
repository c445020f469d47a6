import pytest

from tests.ingestion.parsing.conftest import Read
from tests.ingestion.parsing.docx.bodies import p, r, with_body, with_link


def drawing(frame: str, within: str = "") -> str:
    graphic = f"<a:graphic><a:graphicData><pic:pic>{within}</pic:pic></a:graphicData></a:graphic>"
    return f"<w:r><w:drawing><wp:inline>{frame}{graphic}</wp:inline></w:drawing></w:r>"


@pytest.mark.parametrize(
    ("picture", "read"),
    [
        (drawing('<wp:docPr id="1" name="P" descr="Valve on the left"/>'), "[Valve on the left]"),
        (drawing('<wp:docPr id="1" title="Valve"/>'), "[Valve]"),
        (drawing('<wp:docPr id="1" name="Picture 1" descr="scan0001.png"/>'), ""),
        (
            drawing('<wp:docPr id="1" descr="Valve"/>', '<pic:cNvPr id="2" descr="Valve"/>'),
            "[Valve]",
        ),
        (drawing('<wp:docPr id="1"/>', '<pic:cNvPr id="2" descr="Valve"/>'), "[Valve]"),
        ('<w:r><w:pict><v:shape alt="Valve"/></w:pict></w:r>', "[Valve]"),
        ('<w:r><w:pict><v:shape><v:textpath string="DRAFT"/></v:shape></w:pict></w:r>', "DRAFT"),
    ],
)
def test_the_alternative_text_of_a_picture_is_read_once(text: Read, picture: str, read: str):
    body = f"<w:p>{r('See:')}{picture}</w:p>"

    assert text(with_body(body), "a.docx") == f"See:{read}"


def test_the_address_of_a_picture_that_is_a_link_is_read(text: Read):
    frame = '<wp:docPr id="1" descr="Valve"><a:hlinkClick r:id="rX"/></wp:docPr>'
    content = with_link(with_body(f"<w:p>{drawing(frame)}</w:p>"), "rX", "https://a.example/v")

    assert text(content, "a.docx") == "[Valve] (https://a.example/v)"


def test_a_picture_without_a_description_is_no_text(text: Read):
    plain = drawing('<wp:docPr id="1" name="Picture 1"/>')
    body = f"<w:p>{plain}</w:p>{p('After.')}"

    assert text(with_body(body), "a.docx") == "After."
