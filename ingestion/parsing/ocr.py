"""Text recognition in pictures by tesseract, if that program is installed."""

import io
import logging
import math
import os
import shutil
import subprocess

from PIL.Image import Image

DPI = 300  # the resolution that suits tesseract best
MAX_PIXELS = 25_000_000  # more than a page of A3 at that resolution

_MAX_SIDE = 32_000  # pixels; tesseract's own limit is 32,767
_PAGE_SECONDS = 30  # a full page takes two or three, but noise may never end

log = logging.getLogger(__name__)


def is_installed() -> bool:
    return shutil.which("tesseract") is not None


def scale_for(width: float, height: float) -> float:
    """Return the factor by which to shrink a picture of this size; 1 if it is not too large."""
    return min(1.0, math.sqrt(MAX_PIXELS / (width * height)), _MAX_SIDE / max(width, height))


def text_in(picture: Image) -> str | None:
    """Return the lines of text in a greyscale picture, whichever side is up.

    Return None if tesseract fails or takes too long. Raises RuntimeError if it lacks a language.
    """
    lightest, darkest = picture.getextrema()
    if lightest == darkest:
        return ""
    file = io.BytesIO()
    picture.save(file, "PPM")
    # --psm 1 detects which side is up, too.
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
        log.warning("OCR took longer than %d s; skipping the picture.", _PAGE_SECONDS)
        return None
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip()
        if "load any languages" in reason:  # not the picture's fault
            raise RuntimeError(f"tesseract cannot read {_languages()}: {reason}")
        log.warning(
            "OCR failed with exit code %d; its text may be incomplete: %s", done.returncode, reason
        )
    text = done.stdout.decode(errors="replace").replace("\f", "").strip()
    return None if done.returncode and not text else text


def _languages() -> str:
    """Return OCR_LANGUAGES, read from the environment because parsers run without Django."""
    return os.environ.get("OCR_LANGUAGES") or "eng"
