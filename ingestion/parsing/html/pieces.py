"""Splitting of a long page into pieces that can each be parsed as a page.

It saves memory, because a parsed page takes ten times its size.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ingestion.last_errors import FileTooLarge
from ingestion.parsing.html.nesting import TAG

PIECE = 4_000_000  # characters
MAX_PIECE = 64_000_000  # characters, if there is no place to cut before

_MAX_REOPENED = 50  # nested blocks to reopen in the next piece, since deeper ones cost time

# A page is best cut between blocks, or inside one of these, between its parts.
_PARTS = {"table": "tr", "ul": "li", "ol": "li", "dl": "dt", "pre": ""}
_BLOCKS = {
    *("article", "blockquote", "div", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p"),
    *("pre", "section", "table", "ul"),
}

# XHTML, as in the chapters of an EPUB.
_XHTML = re.compile(r"\s*<\?xml\s|<html\b[^>]{1,1000}?\bxmlns\s*=", re.IGNORECASE)
_SELF_CLOSED = re.compile(r"<([a-z][\w:.-]*)([^<>]*)/>", re.IGNORECASE)
_EMPTY = {
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"),
    *("source", "track", "wbr"),
}


class _Cut(NamedTuple):
    rank: tuple[int, int]  # (0, best, to 2; number of blocks cut through)
    position: int
    around: tuple[str, ...] = ()  # the blocks cut through


def in_pieces(texts: Iterable[str]) -> Iterator[str]:
    """Yield pieces of some megabytes each. Blocks that a cut goes through are reopened after it.

    Raises FileTooLarge if there is no place to cut within `MAX_PIECE`.
    """
    texts = iter(texts)
    html, size, is_xhtml = "", PIECE, None
    while True:
        html, is_last = _read_on(html, texts, size)
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
    """Replace `<title/>` by `<title></title>`, since HTML parsers would leave the former open."""
    return tag[0] if tag[1].lower() in _EMPTY else f"<{tag[1]}{tag[2]}></{tag[1]}>"


def _read_on(html: str, texts: Iterator[str], size: int) -> tuple[str, bool]:
    """Read on until the text has `size` characters. Return it, and whether it is the last."""
    parts, length = [html], len(html)
    while length < size:
        text = next(texts, None)
        if text is None:
            return "".join(parts), True
        parts.append(text)
        length += len(text)
    return "".join(parts), False


def _cut(html: str) -> _Cut | None:
    """Return the best cut in the second half, or None if a comment, script or tag fills it."""
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
