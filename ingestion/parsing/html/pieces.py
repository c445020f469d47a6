"""Divides a long page into pieces that can each be read as a page, because a page takes ten times
its size once it is parsed."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ingestion.last_errors import FileTooLarge
from ingestion.parsing.html.nesting import TAG

PIECE = 4_000_000  # characters
MAX_PIECE = 64_000_000  # where there is no place to cut

_MAX_REOPENED = 50  # blocks in each other; what is deeper in costs time and is not opened anew

# A page is best cut between blocks, or where these are around, between parts of them.
_PARTS = {"table": "tr", "ul": "li", "ol": "li", "dl": "dt", "pre": ""}
_BLOCKS = {
    *("article", "blockquote", "div", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p"),
    *("pre", "section", "table", "ul"),
}

# HTML that is XML, as the chapters of an EPUB are.
_XHTML = re.compile(r"\s*<\?xml\s|<html\b[^>]{1,1000}?\bxmlns\s*=", re.IGNORECASE)
_SELF_CLOSED = re.compile(r"<([a-z][\w:.-]*)([^<>]*)/>", re.IGNORECASE)
_EMPTY = {
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"),
    *("source", "track", "wbr"),
}


class _Cut(NamedTuple):
    rank: tuple[int, int]  # 0 between blocks or their parts to 2, and how many blocks it cuts
    position: int
    around: tuple[str, ...] = ()  # the blocks it goes through


def in_pieces(texts: Iterable[str]) -> Iterator[str]:
    """Yield pieces of some megabytes each. The blocks that a cut goes through are opened anew
    behind it. Raises FileTooLarge where there is no place to cut for long."""
    texts = iter(texts)
    html, size, is_xhtml = "", PIECE, None
    while True:
        html, is_last = _filled(html, texts, size)
        if is_xhtml is None:
            is_xhtml = _XHTML.search(html[:2000]) is not None
        if is_xhtml:
            html = _SELF_CLOSED.sub(_with_end_tag, html)
        if is_last:
            yield html
            return
        if cut := _cut(html):
            yield html[: cut.position]
            html = "".join(f"<{name}>" for name in cut.around) + html[cut.position :]
            size = PIECE
        elif size < MAX_PIECE:
            size *= 2
        else:
            raise FileTooLarge("It has a tag or a word without end: repair the page.")


def _with_end_tag(tag: re.Match[str]) -> str:
    """Close `<title/>`, which to an HTML parser is open, with all the page in it."""
    return tag[0] if tag[1].lower() in _EMPTY else f"<{tag[1]}{tag[2]}></{tag[1]}>"


def _filled(html: str, texts: Iterator[str], size: int) -> tuple[str, bool]:
    """Return so many characters, if there are as many, and whether they are the last."""
    parts, length = [html], len(html)
    while length < size:
        text = next(texts, None)
        if text is None:
            return "".join(parts), True
        parts.append(text)
        length += len(text)
    return "".join(parts), False


def _cut(html: str) -> _Cut | None:
    """Return the best place in the second half; None if a comment, script or tag goes on there."""
    best, around, end = None, list[str](), 0
    for tag in TAG.finditer(html):
        end = tag.end()
        name = (tag[3] or "").lower()
        if not tag[2] and tag.start() > len(html) // 2:
            rank = 1 if name in _BLOCKS else 2
            if name == _PARTS[around[-1]] if around else name in _BLOCKS:
                rank = 0
            if best is None or (rank, len(around)) <= best.rank:
                best = _Cut((rank, len(around)), tag.start(), tuple(around))
        if name in _PARTS and not tag[2]:
            if len(around) < _MAX_REOPENED:
                around.append(name)
        elif name in around:
            while around.pop() != name:
                pass
    if best is not None:
        return best
    position = html.rfind("\n", max(end, len(html) // 2)) + 1
    position = position or html.rfind(" ", max(end, len(html) // 2)) + 1
    return _Cut((2, len(around)), position, tuple(around)) if position else None
