"""List numbers in the formats of Word and OpenDocument: 4, d, iv."""

from collections.abc import Callable

_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


def list_number(number: int, format_: str | None) -> str:
    """Format a list number; `format_` is the name that Word or OpenDocument uses for the format."""
    return _FORMATS.get(format_, str)(number)


def _letters(number: int) -> str:
    """Return a to z, then aa, bb and so on."""
    times, letter = divmod(number - 1, 26)
    return chr(ord("a") + letter) * (times + 1) if 0 < number < 1000 else str(number)


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    numerals = ""
    for value, numeral in _ROMAN:
        times, number = divmod(number, value)
        numerals += numeral * times
    return numerals


_FORMATS: dict[str | None, Callable[[int], str]] = {
    "decimalZero": lambda number: f"{number:02d}",
    **dict.fromkeys(("lowerLetter", "a"), _letters),
    **dict.fromkeys(("upperLetter", "A"), lambda number: _letters(number).upper()),
    **dict.fromkeys(("lowerRoman", "i"), _roman),
    **dict.fromkeys(("upperRoman", "I"), lambda number: _roman(number).upper()),
}
