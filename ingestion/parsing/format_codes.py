"""Numbers in the format codes of Excel, such as `00000`, `#,##0.00 "kg"` or `[$€-407]0;(0)`.

ECMA-376, part 1, 18.8.31 describes the codes: up to four sections for positive and negative
numbers, zero and text. Separators are those of English, in which the codes are stored.
"""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import NamedTuple

_MAX_CODE = 255  # characters, Excel's own limit
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<space>.)|\*.'
    r"|\[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\]|\[(?P<condition>[<>=]+[\d.]+)\]|\[[^\]]*\]"
    r"|(?P<unwritten>General|[Ee][-+]|/|@)|(?P<placeholder>[0#?.,])|(?P<next>;)|(?P<literal>.)",
    re.IGNORECASE | re.DOTALL,
)


class _Piece(NamedTuple):
    text: str
    is_placeholder: bool


Section = tuple[_Piece, ...] | None  # None for one that is not written here


def shown(number: float, code: str) -> str | None:
    """Return a number as a cell with this format shows it.

    None if the number itself is the better text: the code shows it as it is, as nothing or as zero,
    or in a way that is not written here, such as a fraction.
    """
    sections = _sections(code)
    index = 0
    if len(sections) > 1 and number < 0:
        index = 1
    elif len(sections) > 2 and number == 0:
        index = 2
    section = sections[index]
    if section is None:
        return None
    try:
        text = _written(Decimal(repr(abs(number))), section)
    except InvalidOperation:  # not a number, or infinite
        return None
    is_zero = not re.search("[1-9]", "".join(text))
    if is_zero and number:
        return None
    sign = "-" if number < 0 and index == 0 else ""
    return " ".join(f"{sign}{text}".split()) or None


@lru_cache(maxsize=2_000)
def _sections(code: str) -> Sequence[Section]:
    """Parse a code. One with conditions is not written here, since they are rare."""
    sections: list[list[_Piece] | None] = [[]]
    for token in _TOKEN.finditer(code[: _MAX_CODE + 1]):
        kind, last = token.lastgroup, sections[-1]
        if kind == "condition":
            return [None]
        if kind == "next":
            sections.append([])
        elif kind == "unwritten" or last is None:
            sections[-1] = None
        elif kind:
            text = " " if kind == "space" else token[kind]
            last.append(_Piece(text, kind == "placeholder"))
    has_digits = (
        one is not None and any(piece.is_placeholder and piece.text in "0#?" for piece in one)
        for one in sections
    )
    return [
        tuple(one) if one is not None and has else None
        for one, has in zip(sections, has_digits, strict=True)
    ]


def _written(number: Decimal, section: Sequence[_Piece]) -> str:
    """Write a number that is not negative in one section."""
    marks = [place for place, piece in enumerate(section) if piece.is_placeholder]
    point = next((place for place in marks if section[place].text == "."), len(section))
    whole = [place for place in marks if place < point and section[place].text in "0#?"]
    rest = [place for place in marks if place > point and section[place].text in "0#?"]
    commas = [place for place in marks if place < point and section[place].text == ","]
    last = whole[-1] if whole else -1
    number *= 100 ** sum(one.text.count("%") for one in section if not one.is_placeholder)
    number /= 1000 ** sum(place > last for place in commas)
    number = number.quantize(Decimal(1).scaleb(-len(rest)), ROUND_HALF_UP)
    digits, _, decimals = f"{number:f}".partition(".")
    zeros = next(
        (len(whole) - at for at, place in enumerate(whole) if section[place].text == "0"), 0
    )
    digits = digits.lstrip("0").rjust(zeros, "0")
    while decimals and decimals[-1] == "0" and section[rest[len(decimals) - 1]].text != "0":
        decimals = decimals[:-1]
    if any(place < last for place in commas) and _is_one_run(whole, section):
        digits = f"{int(digits or 0):,}" if len(digits.lstrip("0")) > 3 else digits
    written = dict.fromkeys(marks, "")
    for place in reversed(whole[1:]):
        written[place], digits = digits[-1:], digits[:-1]
    if whole:
        written[whole[0]] = digits
    if decimals:
        written[point] = "."
        written |= dict(zip(rest, decimals, strict=False))
    return "".join(written.get(place, piece.text) for place, piece in enumerate(section))


def _is_one_run(whole: Sequence[int], section: Sequence[_Piece]) -> bool:
    """Return whether no literal stands between the digits, as it does in a phone number."""
    return all(piece.is_placeholder for piece in section[whole[0] : whole[-1] + 1])
