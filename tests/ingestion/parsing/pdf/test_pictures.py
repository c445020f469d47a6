import logging
from collections.abc import Callable

import pytest

from ingestion.last_errors import ScannedFile
from ingestion.parsing import ocr
from ingestion.parsing.sections import Section, WarningCode, warn
from tests.ingestion.hostile.pdf_objects import one_page, stream
from tests.ingestion.parsing.documents import pdf
from tests.ingestion.parsing.pdf.documents import lines, make_pdf, picture, with_unmapped_letters
from tests.ingestion.parsing.pictures import draw_text, needs_tesseract

Sections = Callable[[bytes], list[Section]]
Read = Callable[[bytes], str]

SENTENCE = "The quick brown fox jumps over the lazy dog and goes home again."


@needs_tesseract
def test_pages_that_are_pictures_are_read_by_ocr(sections: Sections):
    content = make_pdf(lines("Typed."), picture(draw_text("Scanned in haste.", "Twice.")))

    typed, scanned = sections(content)

    assert typed == Section("Typed.", 1)
    assert (scanned.text.split(), scanned.page) == (["Scanned", "in", "haste.", "Twice."], 2)


@needs_tesseract
def test_a_picture_without_text_yields_no_section(sections: Sections):
    content = make_pdf(lines("Typed."), picture(draw_text()))

    assert sections(content) == [Section("Typed.", 1)]


@needs_tesseract
def test_a_document_of_pictures_without_text_is_refused(sections: Sections):
    with pytest.raises(ScannedFile) as refused:
        sections(make_pdf(picture(draw_text())))

    assert str(refused.value) == (
        "The file could not be parsed. Its pages hold pictures, in which text recognition (OCR)"
        " found no text: check that they are sharp and in a language that is recognised here, or"
        " upload the text."
    )


def test_a_page_that_has_text_is_not_read_by_ocr(text: Read, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ocr, "is_installed", lambda: True)
    monkeypatch.setattr(ocr, "text_in", lambda _: pytest.fail("not to be asked"))

    found = text(
        make_pdf(picture(draw_text("What the scanner saw."), hidden="What OCR once made of it."))
    )

    assert found == "What OCR once made of it."


def test_a_scan_with_only_blank_text_is_read_by_ocr(text: Read, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ocr, "is_installed", lambda: True)
    monkeypatch.setattr(ocr, "text_in", lambda _: "what OCR sees")

    assert text(make_pdf(picture(draw_text("Scanned."), hidden="   "))) == "what OCR sees"


@pytest.mark.usefixtures("without_tesseract")
def test_without_tesseract_a_document_of_pictures_is_refused(sections: Sections):
    with pytest.raises(ScannedFile) as refused:
        sections(make_pdf(picture(draw_text("Scanned."))))

    assert str(refused.value) == (
        "The file could not be parsed. Its pages hold pictures and no text: run text recognition"
        " (OCR) on it and upload the result."
    )


@pytest.mark.usefixtures("without_tesseract")
def test_without_tesseract_only_pages_with_text_are_read_and_the_others_are_counted(
    sections: Sections, caplog: pytest.LogCaptureFixture
):
    content = make_pdf(
        lines("Typed."), picture(draw_text("Scanned.")), picture(draw_text("Scanned."))
    )

    with caplog.at_level(logging.WARNING):
        found = sections(content)

    assert found == [
        Section("Typed.", 1),
        warn(WarningCode.PAGES_NOT_READ, "2 of 3 pages hold pictures and were not read"),
    ]
    assert caplog.messages == [
        "2 pages are pictures or illegible and are left out. Install tesseract to have them read."
    ]


@pytest.mark.usefixtures("without_tesseract")
def test_without_tesseract_unmapped_letters_are_refused(sections: Sections):
    with pytest.raises(ScannedFile) as refused:
        sections(with_unmapped_letters(SENTENCE, shift=-29))

    assert str(refused.value) == (
        "The file could not be parsed. Its fonts do not tell which letters they show, as copying"
        " text from it would prove: run text recognition (OCR) on it and upload the result."
    )


def test_unmapped_letters_whose_numbers_are_ascii_are_read(text: Read):
    assert text(with_unmapped_letters(SENTENCE, shift=0)) == SENTENCE


def test_unmapped_letters_are_read_by_ocr(text: Read, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ocr, "is_installed", lambda: True)
    monkeypatch.setattr(ocr, "text_in", lambda _: "as they look")

    assert text(with_unmapped_letters(SENTENCE, shift=-29)) == "as they look"


@pytest.mark.parametrize(
    ("box", "size"),
    [
        (b"[0 0 595 842]", (2480, 3509)),
        (b"[0 0 14400 14400]", (5000, 5000)),
        (b"[0 0 2000000 2]", (32000, 1)),
    ],
    ids=["A4", "five metres", "a ribbon"],
)
def test_a_page_is_rendered_at_300_dpi_within_a_limit_of_pixels(
    sections: Sections, monkeypatch: pytest.MonkeyPatch, box: bytes, size: tuple[int, int]
):
    drawn_sizes = []
    monkeypatch.setattr(ocr, "is_installed", lambda: True)
    monkeypatch.setattr(ocr, "text_in", lambda image: drawn_sizes.append(image.size) or "text")

    sections(one_page(stream(b"0 0 1 1 re f"), box=box))

    assert drawn_sizes == [pytest.approx(size, abs=1)]


def test_blank_pages_among_others_are_not_rendered(
    sections: Sections, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ocr, "is_installed", lambda: True)
    monkeypatch.setattr(ocr, "text_in", lambda _: pytest.fail("not to be asked"))

    assert sections(pdf("one", "", "three")) == [Section("one", 1), Section("three", 3)]
