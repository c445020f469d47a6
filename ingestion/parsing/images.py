"""Pictures of text, such as scans, faxes, photos and screenshots, read by OCR."""

import logging
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from ingestion.last_errors import CorruptFile, FileTooLarge, ScannedFile, UnsupportedFile
from ingestion.parsing import ocr
from ingestion.parsing.sections import Section, WarningCode, warn

_FORMATS = ("BMP", "GIF", "JPEG", "PNG", "TIFF", "WEBP")
_MAX_BYTES = 400_000_000  # of an unpacked picture: a hundred megapixels in four channels
_SCREEN_PIXELS = 4_000_000  # a smaller picture is hardly a scan, and is enlarged

_NO_OCR = (
    "It is a picture, and this server does not read text in pictures:"
    " run text recognition (OCR) on it and upload the result."
)
_NO_TEXT = "Text recognition (OCR) found no text in the picture: check that it is sharp."
_TOO_LARGE = "The picture has too many pixels: make it smaller."

# Raised by Pillow for a damaged picture, since it has few errors of its own.
_PILLOW_ERRORS = (
    *(EOFError, IndexError, KeyError, OSError, OverflowError, SyntaxError, TypeError, ValueError),
    struct.error,
)

log = logging.getLogger(__name__)


def read_image(path: Path) -> Iterator[Section]:
    """Yield the text of a picture, of all pages of a TIFF, or of an animation's first frame.

    Pages on which OCR fails are counted in a warning. Raises ScannedFile if there is no text, and
    UnsupportedFile if OCR is not installed.
    """
    if not ocr.is_installed():
        log.warning("A picture is refused, because tesseract is not installed.")
        raise UnsupportedFile(_NO_OCR)
    found = False
    pages = unread = 0
    for page, picture in _pictures(path):
        pages += 1
        text = ocr.text_in(picture)
        unread += text is None
        if text:
            found = True
            yield Section(text, page)
    if not found:
        raise ScannedFile(_NO_TEXT)
    if unread:
        were = "was" if unread == 1 else "were"
        yield warn(
            WarningCode.PAGES_NOT_READ,
            f"{unread} of {pages} pages {were} not read, because text recognition (OCR) failed",
        )


def _pictures(path: Path) -> Iterator[tuple[int | None, Image.Image]]:
    """Yield each picture, prepared for OCR, with its page number, or None for a single one."""
    with _corrupt_if_broken():
        image = Image.open(path, formats=_FORMATS)
    with image:
        with _corrupt_if_broken():
            count = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
        for index in range(count):
            with _corrupt_if_broken():
                image.seek(index)
                if image.width * image.height * len(image.getbands()) > _MAX_BYTES:
                    raise FileTooLarge(_TOO_LARGE)
                picture = _prepare(image)
            yield index + 1 if count > 1 else None, picture


def _prepare(image: Image.Image) -> Image.Image:
    """Turn a picture upright as its camera noted, put it on white, and convert it to grey and to a
    size fit for OCR."""
    image = ImageOps.exif_transpose(image)
    if image.has_transparency_data:
        coloured = image.convert("RGBA")
        image = Image.new("RGBA", image.size, "white")
        image.alpha_composite(coloured)
    elif image.mode.startswith("I;16"):
        image = image.point(lambda shade: shade / 256)
    image = image.convert("L")
    scale: Any = ocr.scale_for(*image.size)
    if image.width * image.height < _SCREEN_PIXELS:
        scale = 2
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image if scale == 1 else image.resize(size, Image.Resampling.LANCZOS)


@contextmanager
def _corrupt_if_broken() -> Iterator[None]:
    with warnings.catch_warnings():
        # Pillow warns about odd metadata, and about sizes, which we check ourselves.
        warnings.simplefilter("ignore")
        try:
            yield
        except Image.DecompressionBombError as error:
            raise FileTooLarge(_TOO_LARGE) from error
        except _PILLOW_ERRORS as error:
            raise CorruptFile from error
