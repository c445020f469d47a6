"""Put the letters of Arabic and Hebrew ligatures in order.

PDFium turns text that is written from right to left, letter by letter. If a font says that one
glyph stands for two letters, it turns these as well, and lam with alef becomes alef with lam. Such
letters are at one place on the page, unlike those of two glyphs.
"""

import ctypes
import re
from typing import Any

from pypdfium2 import raw

from ingestion.parsing.pdf.document import has_wide_characters

_LAM = "\u0644"
_TURNED = re.compile("[اأإآٱ]ل|هلل")
_TO_LEFT = re.compile("[\u0590-\u05ff\u0620-\u065f\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f]{2,}")


def in_order(text: str, textpage: Any) -> str:
    """Return PDFium's text of a page with the letters of ligatures in order."""
    if "\u0644" not in text or has_wide_characters(
        text
    ):  # no lam, or places that differ from PDFium's
        return text
    if not any(_same_place(textpage, found.start()) for found in _TURNED.finditer(text)):
        return text
    # The font spells its ligatures out, so all of them are turned.
    return _TO_LEFT.sub(lambda run: _ligatures_turned(run[0], textpage, run.start()), text)


def _ligatures_turned(run: str, textpage: Any, start: int) -> str:
    letters: list[str] = []
    ligature = run[0]
    for place, letter in enumerate(run[1:], start):
        if _same_place(textpage, place):
            ligature = letter + ligature
            continue
        letters.append(ligature)
        ligature = letter
    return "".join([*letters, ligature])


def _same_place(textpage: Any, index: int) -> bool:
    """Return whether a letter and the next one belong to the same glyph."""
    here, next_one = _place(textpage, index), _place(textpage, index + 1)
    return here is not None and here == next_one


def _place(textpage: Any, index: int) -> tuple[float, float, float] | None:
    x, y, _bottom, _top = (ctypes.c_double() for _ in range(4))
    if not raw.FPDFText_GetCharOrigin(textpage, index, x, y):
        return None
    left, right = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharBox(textpage, index, left, right, _bottom, _top)
    return (x.value, y.value, right.value)
