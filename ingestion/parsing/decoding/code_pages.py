"""Character sets by the numbers that Microsoft's formats give them."""

import codecs

_NAMES = {
    936: "gbk",
    1200: "utf-16-le",
    10000: "mac_roman",
    20127: "ascii",
    20866: "koi8-r",
    20932: "euc_jp",
    21866: "koi8-u",
    50220: "iso2022_jp",
    51932: "euc_jp",
    51949: "euc_kr",
    52936: "hz",
    54936: "gb18030",
    65001: "utf-8",
    **{28590 + part: f"iso8859_{part}" for part in range(1, 17)},
}


def code_page(number: int, default: str) -> str:
    """Python's name of it."""
    name = _NAMES.get(number, f"cp{number}")
    try:
        codecs.lookup(name)
    except LookupError:
        return default
    return name
