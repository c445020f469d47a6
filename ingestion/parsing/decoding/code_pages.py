"""Python's names of the character sets that Microsoft's formats give by number."""

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
_BY_CHARSET = {  # the charset of a font
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "gbk",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    254: "cp437",
    255: "cp850",
}


def code_page(number: int, default: str) -> str:
    """Return Python's name of a code page, or `default` if Python does not support it."""
    name = _NAMES.get(number, f"cp{number}")
    try:
        codecs.lookup(name)
    except LookupError:
        return default
    return name


def font_code_page(charset: int, default: str) -> str:
    """Return Python's name of a font's character set, or `default`, the document's own, if the font
    names no particular language."""
    return _BY_CHARSET.get(charset, default)
