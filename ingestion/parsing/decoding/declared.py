"""The character set that a text names itself, as web pages, XML and program code do."""

import codecs
import re

_DECLARATIONS = re.compile(
    rb"^\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*[\"']([\w.:-]{1,40})"
    rb"|<meta[^>]{1,300}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})"
    rb"|^@charset\s+\"([\w.:-]{1,40})\""
    rb"|\A(?:.*\n)?[ \t\f]*#.{0,200}?coding[:=][ \t]*([\w.-]{1,40})",
    re.IGNORECASE,
)
# As browsers do: what is called by the first name has long been written in the second.
_WIDER = {
    "ascii": "cp1252",
    "big5": "cp950",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "shift_jis": "cp932",
    "tis-620": "cp874",
}
# Their bytes are all ASCII or are not read one by one, so that they would "read" anything.
_NEVER = ("idna", "punycode", "raw_unicode_escape", "unicode_escape", "utf-7", "hz", "undefined")


def declared_encoding(head: bytes) -> str | None:
    if found := _DECLARATIONS.search(head[:1024]):
        return text_codec(next(name for name in found.groups() if name).decode())
    return None


def text_codec(name: str | None) -> str | None:
    """Python's codec of that name, if it is one that a file may be in."""
    try:
        codec = codecs.lookup(name) if name and name.isascii() else None
        b"".decode(name or "ascii")  # refuses what is no character set, as `hex` or `zip`
    except (LookupError, ValueError):
        return None
    if codec is None or codec.name in _NEVER or codec.name.startswith(("utf-16", "utf-32")):
        return None
    return _WIDER.get(codec.name, codec.name)
