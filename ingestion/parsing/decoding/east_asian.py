"""Ratings of double-byte character sets by how common the decoded letters are.

The national standards list everyday letters first. Decoded in its own set, a text has hardly any
letters from the later rows; decoded in another, it has many, or undefined bytes.
"""

import math
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple


class _Class(NamedTuple):
    share: float  # of a text's characters beyond ASCII
    letters: int

    @property
    def likely(self) -> float:
        return math.log(self.share / self.letters)


_SIGNS = _Class(0.08, 40).likely
_ELSEWHERE = -14.0  # a letter of the set that the language does not use
_NO_LETTER = -20.0


def hypotheses(sample: bytes) -> list[tuple[float, str, str]]:
    """Return (log-likelihood of the sample, set, language) for each set."""
    found = []
    for charset, (language, likely) in CHARSETS.items():
        letters = Counter(sample.decode(charset, errors="replace"))
        total = sum(
            count * _likelihood(letter, charset, likely)
            for letter, count in letters.items()
            if not letter.isascii()
        )
        found.append((total, charset, language))
    return found


def _likelihood(letter: str, charset: str, likely: Callable[[str, bytes], float]) -> float:
    if letter == "\ufffd":
        return _NO_LETTER
    if "\u3000" <= letter <= "\u301f" or "\uff01" <= letter <= "\uff5e":
        return _SIGNS
    return likely(letter, letter.encode(charset))


def _simplified(_letter: str, code: bytes) -> float:
    if len(code) == 2 and code[1] >= 0xA1:
        if 0xB0 <= code[0] <= 0xD7:
            return _Class(0.9, 3755).likely
        if 0xD8 <= code[0] <= 0xF7:
            return _Class(0.012, 3008).likely
        if code[0] == 0xA1:
            return _SIGNS
    return _ELSEWHERE - 2


def _traditional(_letter: str, code: bytes) -> float:
    if 0xA4 <= code[0] <= 0xC6:
        return _Class(0.9, 5401).likely
    if 0xC9 <= code[0] <= 0xF9:
        return _Class(0.01, 7652).likely
    return _SIGNS if code[0] == 0xA1 else _ELSEWHERE


def _japanese(letter: str, code: bytes) -> float:
    if "\u3041" <= letter <= "\u3096":
        return _Class(0.5, 83).likely
    if "\u30a1" <= letter <= "\u30fe":
        return _Class(0.15, 86).likely
    if "\uff61" <= letter <= "\uff9f":
        return -10.0  # half-width katakana, of one byte each
    row = code if code[0] >= 0xA1 and code[1:] >= b"\xa1" else letter.encode("euc_jp", "replace")
    if "\u4e00" <= letter <= "\u9fff" and 0xB0 <= row[0] <= 0xF4:
        return _Class(0.3, 2965).likely if row[0] <= 0xCF else _Class(0.005, 3390).likely
    return _ELSEWHERE


def _korean(letter: str, code: bytes) -> float:
    if "\uac00" <= letter <= "\ud7a3" and code[0] >= 0xB0 and code[1] >= 0xA1:
        return _Class(0.93, 2350).likely
    if "\u4e00" <= letter <= "\u9fff":
        return -12.0
    return _ELSEWHERE


CHARSETS: dict[str, tuple[str, Callable[[str, bytes], float]]] = {
    "gb18030": ("zh", _simplified),
    "cp950": ("zh", _traditional),
    "cp932": ("ja", _japanese),
    "euc_jp": ("ja", _japanese),
    "cp949": ("ko", _korean),
}
