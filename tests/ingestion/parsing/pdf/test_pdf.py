from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest
from pypdfium2 import PdfiumError, PdfPage
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from ingestion.last_errors import CorruptFile, EmptyFile, EncryptedFile
from ingestion.parsing.attachments import Attachments
from ingestion.parsing.pdf import read_pdf
from ingestion.parsing.sections import Section
from tests.ingestion.parsing.documents import pdf
from tests.ingestion.parsing.pdf.documents import lines, make_pdf

Sections = Callable[[bytes], list[Section]]
Read = Callable[[bytes], str]


def test_every_page_with_text_is_a_section_with_its_number(sections: Sections):
    content = pdf("The first page.\nIts second line.", "", "The third page.")

    assert sections(content) == [
        Section("The first page.\nIts second line.", 1),
        Section("The third page.", 3),
    ]


def test_pages_come_one_by_one(tmp_path: Path, attachments: Attachments):
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf("first", "second").replace(b"/Count 2", b"/Count 3"))

    sections = read_pdf(path, attachments)

    assert [section.text for section in islice(sections, 2)] == ["first", "second"]
    with pytest.raises(CorruptFile):
        next(sections)


def test_a_document_of_blank_pages_is_empty(sections: Sections):
    with pytest.raises(EmptyFile, match="There is no text in it"):
        sections(pdf("", ""))


def test_a_pdf_with_a_password_is_encrypted(sections: Sections):
    content = pdf("secret", encryption=StandardEncryption("open sesame", "owner"))

    with pytest.raises(EncryptedFile, match="password"):
        sections(content)


def test_a_pdf_that_only_forbids_printing_is_read(sections: Sections):
    content = pdf("not so secret", encryption=StandardEncryption("", "owner", canPrint=0))

    assert sections(content) == [Section("not so secret", 1)]


@pytest.mark.parametrize("strength", [40, 128])
@pytest.mark.parametrize("owner", ["", "owner"])
def test_a_pdf_with_an_empty_password_is_read(sections: Sections, strength: int, owner: str):
    content = pdf("not secret", encryption=StandardEncryption("", owner, strength=strength))

    assert sections(content) == [Section("not secret", 1)]


@pytest.mark.parametrize(
    "content",
    [
        pdf("some text")[:200],
        b"%PDF-1.7\n" + b"\x00\xff" * 500,
        pdf("some text").replace(b"/Pages", b"/Rages"),
        pdf("some text").replace(b"/Count 1", b"/Count 2"),
    ],
    ids=["truncated", "noise", "without pages", "with a page missing"],
)
def test_a_damaged_pdf_is_refused(sections: Sections, content: bytes):
    with pytest.raises(CorruptFile, match="damaged or incomplete"):
        sections(content)


def test_a_page_on_which_pdfium_fails_is_damaged(
    sections: Sections, monkeypatch: pytest.MonkeyPatch
):
    def stumble(_: PdfPage) -> None:
        raise PdfiumError("Failed to load text page.")

    monkeypatch.setattr(PdfPage, "get_textpage", stumble)

    with pytest.raises(CorruptFile, match="damaged or incomplete"):
        sections(pdf("some text"))


def test_a_hyphenated_word_is_joined(text: Read):
    assert "bicycle" in text(pdf("the cargo bi-\ncycle arrives"))


def test_columns_are_read_one_after_the_other(text: Read):
    def columns(canvas: Canvas) -> None:
        lines("Left one.", "Left two.")(canvas)
        lines("Right one.", "Right two.", left=320)(canvas)

    assert text(make_pdf(columns)).split("\n") == [
        "Left one.",
        "Left two.",
        "Right one.",
        "Right two.",
    ]


@pytest.mark.parametrize("drawn", [0, 90, 180, 270])
@pytest.mark.parametrize("shown", [0, 90, 180, 270])
def test_lines_stay_in_order_whichever_way_a_page_is_turned(text: Read, drawn: int, shown: int):
    def turned(canvas: Canvas) -> None:
        canvas.translate(300, 400)
        canvas.rotate(drawn)
        lines("The first line.", "The second line.", "The third.", left=-200, top=100)(canvas)

    content = make_pdf(turned).replace(b"/Rotate 0", b"/Rotate %d" % shown)

    assert text(content).split("\n") == ["The first line.", "The second line.", "The third."]


def test_text_in_a_form_xobject_is_read(text: Read):
    def stamped(canvas: Canvas) -> None:
        canvas.beginForm("stamp")
        canvas.drawString(72, 600, "PAID")
        canvas.endForm()
        canvas.drawString(72, 720, "Invoice")
        canvas.doForm("stamp")

    assert text(make_pdf(stamped)).split() == ["Invoice", "PAID"]


def test_a_line_that_runs_over_the_pages_edge_is_read_whole(text: Read):
    line = "It is a long way to the end of this line, and " * 4

    assert text(make_pdf(lines(line))) == line.strip()


def test_text_outside_the_crop_box_is_not_read(text: Read):
    def two_up(canvas: Canvas) -> None:
        lines("Left page.")(canvas)
        lines("Right page.", left=372)(canvas)
        canvas.setCropBox((0, 0, 300, 842))

    assert text(make_pdf(two_up)) == "Left page."


def test_letters_beyond_ascii_survive(text: Read):
    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))

    def drawn(canvas: Canvas) -> None:
        canvas.setFont("Vera", 12)
        canvas.drawString(72, 720, "Grüße, “naïve” façade: 100 €")

    assert text(make_pdf(drawn)) == "Grüße, “naïve” façade: 100 €"


def test_a_third_partys_protection_is_refused(sections: Sections):
    content = pdf("some text").replace(b"/Root", b"/Encrypt<</Filter/FOPN_foweb/V 1>>/Root")

    with pytest.raises(EncryptedFile) as failure:
        sections(content)

    assert str(failure.value) == (
        "The file could not be parsed. It is protected so that only certain programs open it:"
        " upload a copy without protection."
    )
