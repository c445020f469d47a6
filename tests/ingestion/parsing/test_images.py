from collections.abc import Callable
from pathlib import Path
from zlib import crc32

import pytest
from PIL import Image

from ingestion.last_errors import CorruptFile, FileTooLarge, ScannedFile, UnsupportedFile
from ingestion.parsing import ocr
from ingestion.parsing.images import read_image
from ingestion.parsing.sections import Section, WarningCode, warn
from tests.ingestion.parsing.pictures import draw_text, needs_tesseract, pages, saved

Sections = Callable[[bytes], list[Section]]

WORDS = "Text in a picture."


@pytest.fixture
def sections(tmp_path: Path) -> Sections:
    def read(content: bytes) -> list[Section]:
        path = tmp_path / "picture"
        path.write_bytes(content)
        return list(read_image(path))

    return read


@pytest.fixture
def recognised(monkeypatch: pytest.MonkeyPatch) -> list[Image.Image]:
    """Record the images that are given to text recognition, which returns "words" for each."""
    images: list[Image.Image] = []
    monkeypatch.setattr(ocr, "is_installed", lambda: True)
    monkeypatch.setattr(ocr, "text_in", lambda image: images.append(image) or "words")
    return images


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP"])
def test_pictures_of_every_format_are_read(
    sections: Sections, recognised: list[Image.Image], kind: str
):
    assert sections(saved(draw_text(WORDS), kind)) == [Section("words")]
    assert recognised[0].mode == "L"


@needs_tesseract
def test_every_page_of_a_tiff_is_read(sections: Sections):
    content = pages([draw_text("The first."), draw_text(), draw_text("The third.")])

    assert sections(content) == [Section("The first.", 1), Section("The third.", 3)]


def test_pages_of_a_tiff_on_which_ocr_fails_are_counted(
    sections: Sections, monkeypatch: pytest.MonkeyPatch
):
    texts = iter(["The first.", None, ""])
    monkeypatch.setattr(ocr, "is_installed", lambda: True)
    monkeypatch.setattr(ocr, "text_in", lambda _: next(texts))

    found = sections(pages([draw_text()] * 3))

    assert found == [
        Section("The first.", 1),
        warn(
            WarningCode.PAGES_NOT_READ,
            "1 of 3 pages was not read, because text recognition (OCR) failed",
        ),
    ]


@needs_tesseract
@pytest.mark.parametrize(
    "image",
    [
        draw_text(WORDS, ink="white", paper="black"),
        draw_text(WORDS, ink=(0, 0, 0, 255), paper=(0, 0, 0, 0), mode="RGBA"),
        draw_text(WORDS, ink=0, paper=1, mode="1"),
        draw_text(WORDS, ink=9_000, paper=60_000, mode="I;16"),
        draw_text(WORDS).reduce(3),
    ],
    ids=["white on black", "transparent", "black or white", "16 bits", "a screenshot"],
)
def test_pictures_in_all_sorts_of_colours_are_read(sections: Sections, image: Image.Image):
    assert sections(saved(image, "PNG")) == [Section(WORDS)]


@needs_tesseract
def test_a_picture_without_text_is_refused(sections: Sections):
    with pytest.raises(ScannedFile) as refused:
        sections(saved(draw_text(), "PNG"))

    assert str(refused.value) == (
        "The file could not be parsed. Text recognition (OCR) found no text in the picture: check"
        " that it is sharp."
    )


def test_without_tesseract_pictures_are_not_supported(
    sections: Sections, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setenv("PATH", "")

    with pytest.raises(UnsupportedFile) as refused:
        sections(saved(draw_text(WORDS), "PNG"))

    assert str(refused.value) == (
        "The file type is not supported. It is a picture, and this server does not read text in"
        " pictures: run text recognition (OCR) on it and upload the result."
    )
    assert caplog.messages == ["A picture is refused, because tesseract is not installed."]


def test_a_photo_is_turned_as_its_camera_noted(sections: Sections, recognised: list[Image.Image]):
    orientation = Image.Exif()
    orientation[0x0112] = 6  # the right side is up

    sections(saved(draw_text(WORDS).resize((3_000, 2_000)), "JPEG", exif=orientation))

    assert recognised[0].size == (2_000, 3_000)


def test_the_first_frame_of_an_animation_is_read(sections: Sections, recognised: list[Image.Image]):
    film = saved(
        draw_text("one"), "GIF", save_all=True, append_images=[draw_text("two"), draw_text("three")]
    )

    assert sections(film) == [Section("words")]
    assert len(recognised) == 1


def test_a_large_picture_is_made_smaller_and_a_small_one_larger(
    sections: Sections, recognised: list[Image.Image]
):
    sections(saved(Image.new("1", (9_000, 9_000)), "PNG"))
    sections(saved(Image.new("1", (600, 400)), "PNG"))

    assert [image.size for image in recognised] == [(5_000, 5_000), (1_200, 800)]


@pytest.mark.parametrize("side", [12_000, 14_000], ids=["in colours", "Pillow's own limit"])
def test_a_picture_of_too_many_pixels_is_refused_before_they_are_unpacked(
    sections: Sections, recognised: list[Image.Image], monkeypatch: pytest.MonkeyPatch, side: int
):
    content = saved(draw_text(WORDS), "PNG")
    header = b"IHDR" + side.to_bytes(4, "big") * 2 + content[24:29]
    monkeypatch.setattr(Image.Image, "load", lambda _: pytest.fail("unpacked"))

    with pytest.raises(FileTooLarge, match="too many pixels"):
        sections(content[:12] + header + crc32(header).to_bytes(4, "big") + content[33:])
    assert recognised == []


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP"])
def test_a_truncated_picture_is_damaged(
    sections: Sections, recognised: list[Image.Image], kind: str
):
    content = saved(draw_text(WORDS), kind)

    with pytest.raises(CorruptFile, match="damaged or incomplete"):
        sections(content[: len(content) // 2])


def test_a_file_with_only_the_signature_of_a_picture_is_damaged(
    sections: Sections, recognised: list[Image.Image]
):
    with pytest.raises(CorruptFile, match="damaged or incomplete"):
        sections(b"\x89PNG\r\n\x1a\n" + bytes(100))
