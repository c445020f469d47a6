from collections.abc import Callable

import pytest
from PIL import Image
from pypdfium2 import raw
from pytest import MonkeyPatch
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ingestion.last_errors import ScannedFile
from ingestion.parsing.pdf import links
from tests.ingestion.hostile.pdf_objects import one_page, stream
from tests.ingestion.parsing.pdf.documents import Draw, lines, make_pdf

Read = Callable[[bytes], str]

ADDRESS = "https://bees.example/hive/7"


def linked(*parts: tuple[str, str], left: float = 72, top: float = 720) -> Draw:
    """Draw a line of texts, of which those with an address are links."""

    def draw(canvas: Canvas) -> None:
        start = left
        for text, address in parts:
            canvas.drawString(start, top, text)
            end = start + canvas.stringWidth(text)
            if address:
                canvas.linkURL(address, (start, top - 3, end, top + 10))
            start = end

    return draw


def test_an_address_is_behind_the_words_that_lead_there(text: Read):
    content = make_pdf(linked(("Our ", ""), ("seventh hive", ADDRESS), (", at the gate.", "")))

    assert text(content) == f"Our seventh hive ({ADDRESS}), at the gate."


def test_words_that_occur_twice_keep_their_addresses(text: Read):
    content = make_pdf(
        linked(
            ("Click ", ""),
            ("here", "https://bees.example/a"),
            (" or ", ""),
            ("here", "https://bees.example/b"),
            (" or here.", ""),
        )
    )

    assert text(content) == (
        "Click here (https://bees.example/a) or here (https://bees.example/b) or here."
    )


def test_an_address_that_is_shown_is_not_repeated(text: Read):
    content = make_pdf(linked(("See ", ""), ("bees.example/hive/7", ADDRESS), (" today.", "")))

    assert text(content) == "See bees.example/hive/7 today."


def test_an_address_that_is_shown_on_two_lines_is_not_repeated(text: Read):
    def draw(canvas: Canvas) -> None:
        linked(("https://bees.example/my-", "https://bees.example/my-hive"))(canvas)
        linked(("hive", "https://bees.example/my-hive"), top=706)(canvas)

    assert text(make_pdf(draw)) == "https://bees.example/my-hive"


def test_a_link_of_two_lines_has_its_address_once_at_its_end(text: Read):
    def draw(canvas: Canvas) -> None:
        linked(("Read about our", ADDRESS))(canvas)
        linked(("seventh hive", ADDRESS), (" at the gate.", ""), top=706)(canvas)

    assert text(make_pdf(draw)) == f"Read about our\nseventh hive ({ADDRESS}) at the gate."


def test_a_link_in_the_middle_of_a_word_is_behind_the_word(text: Read):
    content = make_pdf(linked(("bee", ADDRESS), ("hives", ""), (" here", "")))

    assert text(content) == f"beehives ({ADDRESS}) here"


def test_the_address_of_a_mailbox_is_a_name(text: Read):
    content = make_pdf(
        linked(("Write to the ", ""), ("keeper", "mailto:ada@bees.example?subject=x"))
    )

    assert text(content) == "Write to the keeper (ada@bees.example)"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "#top", "data:text/plain,hello"])
def test_a_link_that_leads_nowhere_is_left_out(text: Read, address: str):
    assert text(make_pdf(linked(("a ", ""), ("link", address)))) == "a link"


def test_a_link_into_the_document_is_left_out(text: Read):
    def draw(canvas: Canvas) -> None:
        lines("See page 1.")(canvas)
        canvas.bookmarkPage("first")
        canvas.linkRect("", "first", (72, 715, 200, 735))

    assert text(make_pdf(draw)) == "See page 1."


def test_a_box_that_is_wider_than_its_words_is_a_link(text: Read):
    def draw(canvas: Canvas) -> None:
        lines("Costs are claimed with this form.")(canvas)
        canvas.linkURL(ADDRESS, (70, 705, 500, 745))

    assert text(make_pdf(draw)) == f"Costs are claimed with this form. ({ADDRESS})"


def test_letters_that_take_two_units_do_not_move_addresses(text: Read, monkeypatch: MonkeyPatch):
    positions = links._Positions("\U0001d45d\U0001d45e hive", textpage=None)
    units = iter([5, 8])
    monkeypatch.setattr(raw, "FPDFText_GetCharIndexAtPos", lambda *_: next(units))
    monkeypatch.setattr(positions, "_is_in", lambda *_: True)

    assert positions.of_words(((0, 0, 9, 9),)) == (3, 7)


def test_the_address_of_an_emblem_is_listed_once_below_the_text(text: Read):
    def draw(canvas: Canvas) -> None:
        lines("Our bees.")(canvas)
        canvas.drawImage(ImageReader(Image.new("RGB", (50, 50), "gold")), 400, 100, 50, 50)
        canvas.linkURL(ADDRESS, (400, 100, 450, 150))

    assert text(make_pdf(draw, draw)) == f"Our bees.\n\n{ADDRESS}\n\nOur bees."


def test_addresses_on_a_turned_page_are_behind_their_words(text: Read):
    content = make_pdf(linked(("Our ", ""), ("hive", ADDRESS), (" is here.", "")))

    turned = content.replace(b"/Rotate 0", b"/Rotate 90")

    assert text(turned) == f"Our hive ({ADDRESS}) is here."


def test_addresses_on_a_cropped_page_are_listed(text: Read):
    def draw(canvas: Canvas) -> None:
        linked(("Our ", ""), ("hive", ADDRESS))(canvas)
        canvas.setCropBox((0, 0, 300, 842))

    assert text(make_pdf(draw)) == f"Our hive\n\n{ADDRESS}"


@pytest.mark.usefixtures("without_tesseract")
def test_a_scan_with_a_link_is_still_a_scan(text: Read):
    def draw(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(Image.effect_noise((90, 90), 90)), 0, 0, 595, 842)
        canvas.linkURL(ADDRESS, (0, 0, 595, 842))

    with pytest.raises(ScannedFile):
        text(make_pdf(draw))


@pytest.mark.parametrize(
    "annotation",
    [
        b"<</Type/Annot/Subtype/Link/A<</S/URI/URI(https://bees.example)>>>>",
        b"<</Type/Annot/Subtype/Link/Rect[0 0 0 0]/A<</S/URI/URI(https://bees.example)>>>>",
        b"<</Type/Annot/Subtype/Link/Rect[9 9 1 1]/A<</S/URI/URI(https://bees.example)"
        b">>/QuadPoints[1 2 3]>>",
    ],
    ids=["no place", "an empty place", "odd corners"],
)
def test_a_link_without_a_place_is_listed(text: Read, annotation: bytes):
    content = one_page(b"", annotation, page=b"/Annots[6 0 R]")

    assert text(content) == "readable words\n\nhttps://bees.example"


@pytest.mark.parametrize(
    "action",
    [
        b"",
        b"/A<<>>",
        b"/A<</S/URI>>",
        b"/A<</S/URI/URI(%b)>>" % (b"a" * 9_000),
    ],
)
def test_a_link_without_an_address_is_left_out(text: Read, action: bytes):
    annotation = b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]%b>>" % action

    assert text(one_page(b"", annotation, page=b"/Annots[6 0 R]")) == "readable words"


def test_a_link_to_another_file_has_its_name(text: Read):
    annotation = (
        b"<</Type/Annot/Subtype/Link/Rect[72 695 400 725]/A<</S/GoToR/F(annex.pdf)/D[0/Fit]>>>>"
    )

    assert text(one_page(b"", annotation, page=b"/Annots[6 0 R]")) == "readable words (annex.pdf)"


def test_the_corners_of_a_link_may_be_in_any_order(text: Read):
    annotation = (
        b"<</Type/Annot/Subtype/Link/Rect[400 725 72 695]/A<</S/URI/URI(https://bees.example)>>>>"
    )

    found = text(one_page(b"", annotation, page=b"/Annots[6 0 R]"))

    assert found == "readable words (https://bees.example)"


def test_many_links_are_written_in_time(text: Read):
    words = stream(b"BT /F 1 Tf 0 700 Td %b ET" % (b"(word )Tj " * 2_000))
    annotation = (
        b"<</Type/Annot/Subtype/Link/Rect[0 699 %d 701]/A<</S/URI/URI(https://a.example/%d)>>>>"
    )
    many = [annotation % (number % 600, number) for number in range(3_000)]
    references = b" ".join(b"%d 0 R" % (6 + number) for number in range(3_000))

    assert text(one_page(words, *many, page=b"/Annots[%b]" % references)).count("example") <= 3_000
