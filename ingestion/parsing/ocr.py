"""Reads the text in pictures by tesseract, where that program is installed."""

import io
import logging
import math
import os
import shutil
import subprocess

from PIL.Image import Image

DPI = 300  # what tesseract is made for
MAX_PIXELS = 25_000_000  # a page of A3 at that resolution, with room

_MAX_SIDE = 32_000  # tesseract's is 32,767
_PAGE_SECONDS = 30  # a full page takes two or three; noise, for ever

log = logging.getLogger(__name__)


def is_installed() -> bool:
    return shutil.which("tesseract") is not None


def scale_for(width: float, height: float) -> float:
    """Return by how much a picture of this size must shrink; 1 if it is not too large."""
    return min(1.0, math.sqrt(MAX_PIXELS / (width * height)), _MAX_SIDE / max(width, height))


def text_in(picture: Image) -> str:
    """Return its words in reading order, lines as they stand, whichever side is up.

    The picture is in shades of grey. There are no words where tesseract does not get on with it.
    """
    lightest, darkest = picture.getextrema()
    if lightest == darkest:
        return ""
    file = io.BytesIO()
    picture.save(file, "PPM")
    # --psm 1 also finds out which side is up.
    command = ["tesseract", "stdin", "stdout", "-l", _languages(), "--psm", "1", "--dpi", str(DPI)]
    try:
        done = subprocess.run(
            command,
            input=file.getvalue(),
            capture_output=True,
            timeout=_PAGE_SECONDS,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},  # more threads make it slower
            check=False,
        )
    except subprocess.TimeoutExpired:
        log.warning("Text recognition took longer than %d s, and was stopped.", _PAGE_SECONDS)
        return ""
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip()
        if "load any languages" in reason:  # no picture's fault
            raise RuntimeError(f"tesseract cannot read {_languages()}: {reason}")
        log.warning("Text recognition ended with %d: %s", done.returncode, reason)
    return done.stdout.decode(errors="replace").replace("\f", "").strip()


def _languages() -> str:
    """Return OCR_LANGUAGES from the environment, because parsers run without Django's settings."""
    return os.environ.get("OCR_LANGUAGES") or "eng"
