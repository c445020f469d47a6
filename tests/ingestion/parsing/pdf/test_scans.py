"""Pages that are pictures of text with a few words typed on them."""

from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ingestion.last_errors import ScannedFile
from ingestion.parsing import ocr
from ingestion.parsing.pdf import ink
from ingestion.parsing.pdf.page_text import PageTexts
from ingestion.parsing.sections import Section, WarningCode, warn
from tests.ingestion.parsing.pdf.documents import Draw, lines, make_pdf
from tests.ingestion.parsing.pictures import needs_tesseract

Sections = Callable[[bytes], list[Section]]

RULES = [f"Rule {number}: bees are fed at noon, by two keepers." for number in range(1, 20)]


def sheet(*texts: str, paper: int = 255, ink: int = 0) -> Image.Image:
    """Return the picture of a page with lines of text."""
    image = Image.new("L", (1240, 1754), paper)
    for number, text in enumerate(texts):
        ImageDraw.Draw(image).text((120, 150 + 60 * number), text, fill=ink, font_size=34)
    return image


def gradient() -> Image.Image:
    return Image.linear_gradient("L").resize((1240, 1754))


def photo() -> Image.Image:
    """Return a picture of many shades with edges everywhere, such as one of leaves."""
    return Image.effect_noise((124, 175), 90).resize((620, 877), Image.Resampling.BICUBIC)


def emblem() -> Image.Image:
    image = Image.new("L", (1240, 1754), 230)
    ImageDraw.Draw(image).text((900, 60), "Beekeepers", fill=40, font_size=34)
    return image


def full_page(image: Image.Image, *typed: str, width: float = 595, height: float = 842) -> Draw:
    """Draw a picture over a page, and then text on it."""

    def draw(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(image), 0, 0, width, height)
        lines(*typed, top=800)(canvas)

    return draw


@pytest.fixture
def given_to_ocr(monkeypatch: pytest.MonkeyPatch) -> list[Image.Image]:
    """Have OCR find "what OCR sees" in every picture. Return the pictures it gets."""
    given: list[Image.Image] = []
    monkeypatch.setattr(ocr, "is_installed", lambda: True)
    monkeypatch.setattr(ocr, "text_in", lambda image: given.append(image) or "what OCR sees")
    return given


STAMPS = [
    "Envelope ID: 51C2-8842",
    "ACME-0000417",
    "FROM: 0113 496 0000   TO: 0113 496 0001   12 MAY 2026 09:41   P. 3/9",
    "17",
    "Confidential. Downloaded by reader 4711 on 3 May 2026 from https://library.example/archive",
]


@pytest.mark.usefixtures("without_tesseract")
@pytest.mark.parametrize("stamp", STAMPS)
def test_scans_with_a_stamp_are_counted_beside_pages_that_are_read(sections: Sections, stamp: str):
    content = make_pdf(lines("Typed."), full_page(sheet(*RULES), stamp), lines("Typed, too."))

    *found, warning = sections(content)

    assert [section.text.split() for section in found] == [
        ["Typed."],
        stamp.split(),
        ["Typed,", "too."],
    ]
    assert warning == warn(
        WarningCode.PAGES_NOT_READ, "1 of 3 pages holds pictures and was not read"
    )


@pytest.mark.parametrize("stamp", STAMPS)
def test_a_scan_with_a_stamp_is_read_by_ocr_without_the_stamp(
    sections: Sections, given_to_ocr: list[Image.Image], stamp: str
):
    (section,) = sections(make_pdf(full_page(sheet(*RULES), stamp)))

    typed, seen = section.text.split("\n\n")
    assert (typed.split(), seen) == (stamp.split(), "what OCR sees")
    (picture,) = given_to_ocr
    assert picture.crop((0, 0, picture.width, 250)).getextrema() == (255, 255)


@needs_tesseract
def test_the_text_of_a_scan_with_a_stamp_is_found(sections: Sections):
    (section,) = sections(make_pdf(full_page(sheet(*RULES), "ACME-0000417")))

    found = " ".join(section.text.split())
    assert "ACME-0000417" in found
    assert all(rule in found for rule in RULES)


@pytest.mark.usefixtures("without_tesseract")
def test_without_tesseract_a_document_of_scans_with_stamps_is_refused(sections: Sections):
    pages = [full_page(sheet(*RULES), f"ACME-000{number}", "Page") for number in range(3)]

    with pytest.raises(ScannedFile, match="Its pages hold pictures and no text"):
        sections(make_pdf(*pages))


@pytest.mark.usefixtures("without_tesseract")
def test_titles_above_pictures_of_text_are_text(sections: Sections):
    titles = [
        "Open the hive slowly",
        "Lift every frame upwards",
        "Look for larvae underneath",
        "Count queens, drones and workers",
        "Clean tools with alcohol",
        "Write down what you have seen",
        "Close everything before sunset",
    ]

    *found, warning = sections(make_pdf(*(full_page(sheet(*RULES), title) for title in titles)))

    assert [section.text for section in found] == titles
    assert warning.warning is not None
    assert warning.warning.message == "7 of 7 pages hold pictures and were not read"


def in_strips(canvas: Canvas) -> None:
    image = sheet(*RULES)
    for top in range(0, 1754, 100):
        strip = image.crop((0, top, 1240, min(1754, top + 100)))
        bottom = 842 - 842 * (top + strip.height) / 1754
        canvas.drawImage(ImageReader(strip), 0, bottom, 595, 842 * strip.height / 1754)
    lines("ACME-0000417", top=820)(canvas)


def in_a_form(canvas: Canvas) -> None:
    canvas.beginForm("scan", 0, 0, 1240, 1754)
    canvas.drawImage(ImageReader(sheet(*RULES)), 0, 0, 1240, 1754)
    canvas.endForm()
    canvas.scale(0.48, 0.48)
    canvas.doForm("scan")
    canvas.drawString(100, 1700, "ACME-0000417")


def stamped_by_a_form(canvas: Canvas) -> None:
    canvas.beginForm("stamp", 0, 0, 595, 842)
    canvas.drawString(72, 800, "ACME-0000417")
    canvas.endForm()
    full_page(sheet(*RULES))(canvas)
    canvas.doForm("stamp")


def lying(canvas: Canvas) -> None:
    canvas.rotate(90)
    canvas.drawImage(ImageReader(sheet(*RULES).rotate(90, expand=True)), 0, -595, 842, 595)
    canvas.drawString(100, -40, "ACME-0000417")


@pytest.mark.parametrize(
    "draw",
    [
        in_strips,
        in_a_form,
        stamped_by_a_form,
        lying,
        full_page(sheet(*RULES, paper=20, ink=240), "ACME-0000417"),
        full_page(sheet(*RULES, paper=190, ink=60), "ACME-0000417"),
        full_page(sheet(*RULES[:4]), "ACME-0000417", width=480, height=680),
    ],
    ids=["strips", "form", "stamp", "lying", "white on black", "grey paper", "four lines"],
)
def test_a_scan_is_found_however_it_is_made(
    sections: Sections, given_to_ocr: list[Image.Image], draw: Draw
):
    (section,) = sections(make_pdf(draw))

    assert section.text == "ACME-0000417\n\nwhat OCR sees"
    assert len(given_to_ocr) == 1


@pytest.mark.usefixtures("given_to_ocr")
@pytest.mark.parametrize(
    "background",
    [gradient(), photo(), emblem(), Image.new("L", (620, 877), 200)],
    ids=["gradient", "photo", "emblem", "colour"],
)
def test_words_on_a_background_are_the_whole_page(sections: Sections, background: Image.Image):
    slide = full_page(background, "Our year", "Honey: 12 tons", "Wax: 3 tons", "Thank you!")

    (section,) = sections(make_pdf(slide))

    assert section.text.split("\n") == ["Our year", "Honey: 12 tons", "Wax: 3 tons", "Thank you!"]


@pytest.mark.usefixtures("given_to_ocr")
@pytest.mark.parametrize("is_behind", [False, True], ids=["invisible", "behind"])
def test_a_scan_that_an_ocr_program_has_read_is_not_read_again(sections: Sections, is_behind: bool):
    def draw(canvas: Canvas) -> None:
        if not is_behind:
            canvas.drawImage(ImageReader(sheet(*RULES)), 0, 0, 595, 842)
        layer = canvas.beginText(72, 700)
        layer.setTextRenderMode(0 if is_behind else 3)
        layer.textLine("Rule 1: bees are fed at noon")
        canvas.drawText(layer)
        if is_behind:
            canvas.drawImage(ImageReader(sheet(*RULES)), 0, 0, 595, 842)

    (section,) = sections(make_pdf(draw))

    assert section.text == "Rule 1: bees are fed at noon"


def test_a_page_with_many_words_is_no_scan_and_its_pictures_are_not_looked_at(
    sections: Sections, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ink, "squares_of_text", lambda _: pytest.fail("not to be asked"))

    (section,) = sections(make_pdf(full_page(sheet(*RULES), *RULES)))

    assert section.text.split("\n") == RULES


@pytest.mark.usefixtures("without_tesseract")
def test_pages_with_a_photo_and_a_caption_are_read(sections: Sections):
    assert sections(make_pdf(full_page(photo(), "Our bees"))) == [Section("Our bees", 1)]


@pytest.mark.usefixtures("without_tesseract")
def test_pages_with_some_lines_and_no_text_are_not_counted(sections: Sections):
    def ruled(canvas: Canvas) -> None:
        for height in range(100, 800, 20):
            canvas.line(60, height, 530, height)

    assert sections(make_pdf(lines("Typed."), ruled)) == [Section("Typed.", 1)]


def test_a_scan_in_which_ocr_finds_nothing_is_counted(
    sections: Sections, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ocr, "is_installed", lambda: True)
    monkeypatch.setattr(ocr, "text_in", lambda _: "")
    content = make_pdf(lines("Typed."), full_page(sheet(*RULES)), full_page(photo()))

    assert sections(content)[1:] == [
        warn(WarningCode.PAGES_NOT_READ, "1 of 3 pages holds pictures and was not read")
    ]


def test_a_page_on_which_ocr_fails_is_counted(sections: Sections, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ocr, "is_installed", lambda: True)
    monkeypatch.setattr(ocr, "text_in", lambda _: None)
    content = make_pdf(lines("Typed."), full_page(photo()), full_page(sheet(*RULES), "17"))

    assert sections(content)[-1] == warn(
        WarningCode.PAGES_NOT_READ, "2 of 3 pages hold pictures and were not read"
    )


@pytest.mark.usefixtures("without_tesseract")
def test_notes_on_a_scan_are_a_text_of_the_document(sections: Sections):
    def with_a_field(canvas: Canvas) -> None:
        full_page(sheet(*RULES), "17")(canvas)
        canvas.acroForm.textfield(name="keeper", value="Ada", x=72, y=60)

    section, warning = sections(make_pdf(with_a_field))

    assert section.text == "17\n\nkeeper: Ada"
    assert warning == warn(
        WarningCode.PAGES_NOT_READ, "1 of 1 pages holds pictures and was not read"
    )


@pytest.mark.usefixtures("without_tesseract")
def test_pages_whose_letters_cannot_be_told_are_counted(
    sections: Sections, monkeypatch: pytest.MonkeyPatch
):
    texts = iter(["Typed.", None, None])
    monkeypatch.setattr(PageTexts, "of", lambda *_: (next(texts), []))
    content = make_pdf(*[lines(*RULES)] * 3)

    assert sections(content) == [
        Section("Typed.", 1),
        warn(
            WarningCode.PAGES_NOT_READ,
            "2 of 3 pages have letters that cannot be told apart and were not read",
        ),
    ]
