"""Pictures of text, and helpers for tests of text recognition."""

import shutil
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="tesseract is not installed"
)


def draw_text(
    *lines: str, ink: Any = "black", paper: Any = "white", mode: str = "RGB"
) -> Image.Image:
    """Draw some lines of text, like a scan."""
    image = Image.new(mode, (1600, 200 + 100 * len(lines)), paper)
    font = ImageFont.load_default(48)
    for number, line in enumerate(lines):
        ImageDraw.Draw(image).text((100, 100 + 100 * number), line, fill=ink, font=font)
    return image


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def pages(images: Sequence[Image.Image]) -> bytes:
    """Return a TIFF of several pages, as a scanner writes it."""
    return saved(images[0], "TIFF", save_all=True, append_images=images[1:])


def put(directory: Path, name: str, content: bytes) -> Path:
    path = directory / name
    path.write_bytes(content)
    return path
