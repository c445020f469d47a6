"""Characters that a PDF's fonts name wrongly, or not at all."""

import re

# A font may lack the table that says which letters its glyphs are. PDFium then gives the number of
# the glyph, and in TeX's old fonts these numbers are below 32 for what has no place in ASCII.
_LIGATURES = {
    **dict(zip("\x1b\x1c\x1d\x1e\x1f", ("ff", "fi", "fl", "ffi", "ffl"), strict=True)),
    **dict(zip("\x0b\x0c\r\x0e\x0f", ("ff", "fi", "fl", "ffi", "ffl"), strict=True)),
}
_LIGATURE = re.compile(r"[\x0b-\x0f\x1b-\x1f](?=[^\W\d_])|(?<=[^\W\d_])[\x0b-\x0f\x1b-\x1f]")

# Adobe's private numbers: old-style digits, small capitals, bullets of the fonts Symbol and
# Wingdings, and the pieces that large brackets are made of.
_PRIVATE = {
    **{0xF730 + digit: str(digit) for digit in range(10)},
    **{0xF761 + letter: chr(ord("a") + letter) for letter in range(26)},
    **dict.fromkeys((0xF0A7, 0xF0B7), "•"),
    **dict.fromkeys(range(0xF8E5, 0xF8FF)),
}

# Neither letters nor signs of any script.
_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff\ufff0-\uffff]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BLANK_LINES = re.compile(r"\n\s*\n")
_LETTER = re.compile(r"[^\W\d_]")
_VOWEL = re.compile("[aeiouyàáâäåèéêëìíîïòóôöùúûü]", re.IGNORECASE)


def lines(text: str) -> str:
    """PDFium's text with `\\n` between lines, and words whole that were divided between two."""
    return text.replace("\r\n", "\n").replace("\x02", "").replace("\ufffe", "")


def is_legible(text: str, unnamed: float) -> bool:
    """Whether a person could read these lines. `unnamed` is the share of glyphs that are numbers.

    Those may still be what the numbers say: ASCII, in most fonts. Or they are shifted by some
    places, and then there are hardly any vowels.
    """
    odd = len(_ODD.findall(text))
    if odd and odd > len("".join(text.split())) * (0.1 if unnamed > 0.5 else 0.5):
        return False
    if unnamed < 0.5:
        return True
    letters = "".join(_LETTER.findall(text))
    in_ascii = len(letters.encode("ascii", errors="ignore"))
    return len(letters) < 40 or (
        in_ascii > len(letters) / 2 and len(_VOWEL.findall(letters)) > len(letters) * 0.2
    )


def repaired(text: str) -> str:
    """Lines with letters in place of what stands for them, and without what is no character."""
    if not _ODD.search(text):
        return text
    text = _LIGATURE.sub(lambda found: _LIGATURES[found.group()], text)
    text = _CONTROLS.sub("", text.replace("\r", " ").translate(_PRIVATE))
    return _BLANK_LINES.sub("\n", text)
