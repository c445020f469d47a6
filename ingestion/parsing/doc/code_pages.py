"""The code page of Word 6 and 95, which do not store it: fonts, the language and letters tell."""

from struct import error, unpack_from

from ingestion.last_errors import IngestionError
from ingestion.parsing.decoding.encodings import encoding_of

_FONTS, _LANGUAGE = 0xD0, 0x06
_DEFAULT = "cp1252"
# By the character sets of fonts.
_BY_FONT = {
    0x80: "cp932",
    0x81: "cp949",
    0x82: "johab",
    0x86: "cp936",
    0x88: "cp950",
    0xA1: "cp1253",
    0xA2: "cp1254",
    0xA3: "cp1258",
    0xB1: "cp1255",
    0xB2: "cp1256",
    0xBA: "cp1257",
    0xCC: "cp1251",
    0xDE: "cp874",
    0xEE: "cp1250",
}
# By the primary languages.
_BY_LANGUAGE = {
    **dict.fromkeys((0x02, 0x19, 0x22, 0x23, 0x2F), "cp1251"),
    **dict.fromkeys((0x05, 0x0E, 0x15, 0x18, 0x1A, 0x1B, 0x1C, 0x24), "cp1250"),
    **dict.fromkeys((0x25, 0x26, 0x27), "cp1257"),
    0x01: "cp1256",
    0x08: "cp1253",
    0x0D: "cp1255",
    0x11: "cp932",
    0x12: "cp949",
    0x1E: "cp874",
    0x1F: "cp1254",
    0x2A: "cp1258",
}
# Alphabets whose texts are mostly letters beyond ASCII, which a guess cannot mistake for Latin.
_GUESSED = ("cp1251", "cp1253", "cp1255", "cp1256", "cp874")
_SAMPLE = 262_144  # bytes
_MIN_SHARE = 0.3  # of bytes beyond ASCII, in a text in one of them


def code_page_of(document: bytes, start: int, end: int) -> str:
    """Return the name of the codec for the text between two offsets in bytes."""
    text = bytes(byte for byte in document[start : min(end, start + _SAMPLE)] if byte >= 0x20)
    high = sum(byte >= 0x80 for byte in text)
    if not high:
        return _DEFAULT
    guessed = _guess(text) if high >= _MIN_SHARE * len(text) else _DEFAULT
    if guessed != _DEFAULT:
        return guessed
    for code_page in (*_of_fonts(document), _of_language(document)):
        if code_page != _DEFAULT and _decodes(text, code_page):
            return code_page
    return _DEFAULT


def _guess(text: bytes) -> str:
    try:
        guessed = encoding_of(lambda: [text])
    except IngestionError:
        return _DEFAULT
    return guessed if guessed in _GUESSED else _DEFAULT


def _of_fonts(document: bytes) -> list[str]:
    """Return the code pages of the fonts that are for one alphabet, the most frequent first."""
    found: dict[str, int] = {}
    try:
        at, size = unpack_from("<II", document, _FONTS)
        end = min(at + size, len(document))
        at += 2
        while at + 5 < end:
            code_page = _BY_FONT.get(document[at + 4])
            if code_page:
                found[code_page] = found.get(code_page, 0) + 1
            at += 1 + document[at]
    except (error, IndexError):
        pass  # since the language may still tell
    return sorted(found, key=lambda name: -found[name])


def _of_language(document: bytes) -> str:
    [language] = unpack_from("<H", document, _LANGUAGE)
    return _BY_LANGUAGE.get(language & 0x3FF, _DEFAULT)


def _decodes(text: bytes, code_page: str) -> bool:
    return text.decode(code_page, "replace").count("\ufffd") * 100 <= len(text)
