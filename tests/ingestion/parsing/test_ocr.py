import logging
import os
from pathlib import Path

import pytest

from ingestion.parsing import ocr
from ingestion.sandbox.confinement import Limits
from ingestion.sandbox.host import Sandbox
from tests.ingestion.parsing.pictures import draw_text, needs_tesseract, saved
from tests.ingestion.sandboxed import sandboxed


@pytest.fixture
def tesseract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put an empty program named tesseract on the path, for tests to fill."""
    program = tmp_path / "bin" / "tesseract"
    program.parent.mkdir()
    program.touch(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    return program


def test_ocr_is_installed_if_tesseract_is_on_the_path(
    tesseract: Path, monkeypatch: pytest.MonkeyPatch
):
    assert ocr.is_installed()

    monkeypatch.setenv("PATH", "")

    assert not ocr.is_installed()


@needs_tesseract
@pytest.mark.parametrize("degrees", [180, 270])
def test_a_page_is_read_whichever_side_is_up(degrees: int):
    lines = [
        "Parsers keep reading page after page,",
        "and nobody knows which of all the pages",
        "will be the one that somebody turned",
        "upside down before it went into the scanner.",
    ]
    lines *= 3  # since a few words are not enough to detect the rotation
    page = draw_text(*lines).convert("L").rotate(degrees, expand=True)

    assert ocr.text_in(page).split() == " ".join(lines).split()


def test_a_picture_of_one_shade_is_not_given_to_tesseract(tesseract: Path):
    tesseract.write_text("#!/bin/sh\necho words")

    assert ocr.text_in(draw_text().convert("L")) == ""
    assert ocr.text_in(draw_text("words").convert("L")) == "words"


def test_a_picture_that_takes_too_long_is_skipped(
    tesseract: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    tesseract.write_text("#!/bin/sh\nexec sleep 60")
    monkeypatch.setattr(ocr, "_PAGE_SECONDS", 0.2)

    assert ocr.text_in(draw_text("words").convert("L")) is None
    assert "OCR took longer than 0 s; skipping the picture." in caplog.text


def test_a_picture_that_makes_tesseract_fail_has_no_text(
    tesseract: Path, caplog: pytest.LogCaptureFixture
):
    tesseract.write_text("#!/bin/sh\necho 'Error during processing.' >&2; exit 1")

    with caplog.at_level(logging.WARNING):
        assert ocr.text_in(draw_text("words").convert("L")) is None

    assert caplog.messages == [
        "OCR failed with exit code 1; its text may be incomplete: Error during processing."
    ]


@needs_tesseract
def test_a_missing_language_is_not_blamed_on_the_picture(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("OCR_LANGUAGES", "tlh")

    with pytest.raises(RuntimeError, match="tesseract cannot read tlh"):
        ocr.text_in(draw_text("words").convert("L"))


def test_tesseract_gets_the_languages_of_the_setting_and_one_thread(
    tesseract: Path, monkeypatch: pytest.MonkeyPatch
):
    tesseract.write_text('#!/bin/sh\necho "$@ threads=$OMP_THREAD_LIMIT"')
    monkeypatch.setenv("OCR_LANGUAGES", "deu+fra")

    arguments = ocr.text_in(draw_text("words").convert("L"))

    assert arguments == "stdin stdout -l deu+fra --psm 1 --dpi 300 threads=1"


@needs_tesseract
def test_tesseract_works_in_the_sandbox(tmp_path: Path):
    path = tmp_path / "upload"
    path.write_bytes(saved(draw_text("Scanned in haste."), "PNG"))
    sandbox = Sandbox(Limits(memory_bytes=1024**3, cpu_seconds=60, silence_seconds=60))

    chunks = list(sandboxed(sandbox, path, "scan.png"))

    sandbox.stop()
    assert [chunk.text for chunk in chunks] == ["Scanned in haste."]


@pytest.mark.parametrize(
    ("size", "scale"),
    [((2480, 3508), 1.0), ((10_000, 10_000), 0.5), ((64_000, 10), 0.5), ((1, 1), 1.0)],
)
def test_only_a_picture_that_is_too_large_is_made_smaller(size: tuple[int, int], scale: float):
    assert ocr.scale_for(*size) == scale
