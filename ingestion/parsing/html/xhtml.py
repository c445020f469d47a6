"""HTML that is XML, as the chapters of an EPUB are."""

import re

_MARKS = re.compile(r"\s*<\?xml\s|<html\b[^>]{1,1000}?\bxmlns\s*=", re.IGNORECASE)
_CLOSED = re.compile(r"<([a-z][\w:.-]*)([^<>]*)/>", re.IGNORECASE)
_EMPTY = {
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"),
    *("source", "track", "wbr"),
}


def is_xhtml(beginning: str) -> bool:
    return _MARKS.search(beginning[:2000]) is not None


def as_html(xhtml: str) -> str:
    """With an end tag for `<title/>`, which to an HTML parser is open, with all the page in it."""
    return _CLOSED.sub(_with_end_tag, xhtml)


def _with_end_tag(tag: re.Match[str]) -> str:
    return tag[0] if tag[1].lower() in _EMPTY else f"<{tag[1]}{tag[2]}></{tag[1]}>"
