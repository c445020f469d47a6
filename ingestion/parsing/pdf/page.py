"""What is written on one page."""

import math
from collections import Counter
from contextlib import closing
from typing import Any

from pypdfium2 import raw

from ingestion.parsing.pdf.letters import is_legible, lines, repaired

_GLYPHS_ASKED = 32  # asking about each would take longer than reading the page


def text_of(page: Any) -> str | None:
    """The page's text, invisible text under a scan included; None if it is not legible."""
    with closing(page.get_textpage()) as textpage:
        sample = _sample(textpage)
        turned = _turn(textpage, sample)
        text = _lines(page, textpage)
        unnamed = [at for at in sample if raw.FPDFText_HasUnicodeMapError(textpage, at) == 1]
    # Where lines run from top to bottom, PDFium begins with the last one.
    if text and (turned + page.get_rotation()) % 360 == 90:
        page.set_rotation((360 - turned) % 360)
        with closing(page.get_textpage()) as textpage:
            text = _lines(page, textpage)
    if is_legible(text, len(unnamed) / max(1, len(sample))):
        return repaired(text).strip()
    return None


def is_blank(page: Any) -> bool:
    return bool(raw.FPDFPage_CountObjects(page) <= 0)


def _lines(page: Any, textpage: Any) -> str:
    # By bounds it is slower, and lines that run over the page's edge are cut off.
    cut_out = _is_cut_out(page)
    return lines(textpage.get_text_bounded() if cut_out else textpage.get_text_range())


def _is_cut_out(page: Any) -> bool:
    """Shows only a part of what was drawn: a figure of a larger page, or one of two pages."""
    shown, drawn = page.get_cropbox(fallback_ok=False), page.get_mediabox()
    return shown is not None and _area(shown) < 0.8 * _area(drawn)


def _area(box: tuple[float, float, float, float]) -> float:
    left, bottom, right, top = box
    return abs((right - left) * (top - bottom))


def _sample(textpage: Any) -> range:
    """Of the page's glyphs, by their places in it."""
    count = textpage.count_chars()
    return range(0, count, max(1, count // _GLYPHS_ASKED))


def _turn(textpage: Any, sample: range) -> int:
    """By how many degrees most glyphs are turned on the sheet, clockwise; a quarter at least."""
    angles = (raw.FPDFText_GetCharAngle(textpage, at) for at in sample[::4])
    quarters = Counter(round(angle / (math.pi / 2)) % 4 for angle in angles if angle >= 0)
    return 90 * max(quarters, key=quarters.__getitem__, default=0)
