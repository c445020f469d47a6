"""Whole numbers as files give them, and counters as lists write them: 4, d, iv."""

_MOST = 2**31
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


def whole(text: str | None, default: int) -> int:
    """`default` where it is no number that a program would have meant."""
    try:
        number = int(text or default)
    except ValueError:  # also of more digits than Python takes for a number
        return default
    return number if abs(number) < _MOST else default


def letters(number: int) -> str:
    """a to z, then aa, bb and so on."""
    times, letter = divmod(number - 1, 26)
    return chr(ord("a") + letter) * (times + 1) if 0 < number < 1000 else str(number)


def roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    numerals = ""
    for value, numeral in _ROMAN:
        times, number = divmod(number, value)
        numerals += numeral * times
    return numerals
