"""A long page in pieces, that each can be read as a page: parsed, one takes ten times its size."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ingestion.last_errors import FileTooLarge
from ingestion.parsing.html.nesting import TAG
from ingestion.parsing.html.xhtml import as_html, is_xhtml

PIECE = 4_000_000  # characters
LONGEST = 64_000_000  # where there is no place to cut

_DEEPEST = 50  # blocks in each other; what is deeper in costs time and is not opened anew

# A page is best cut between blocks, or where these are around, between parts of them.
_PARTS = {"table": "tr", "ul": "li", "ol": "li", "dl": "dt", "pre": ""}
_BLOCKS = {
    *("article", "blockquote", "div", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p"),
    *("pre", "section", "table", "ul"),
}


class _Cut(NamedTuple):
    rank: tuple[int, int]  # 0 to 2, and how many blocks it goes through
    position: int
    around: tuple[str, ...] = ()  # the blocks it goes through


def pieces(texts: Iterable[str]) -> Iterator[str]:
    """Of some megabytes each. The blocks that a cut goes through are opened anew behind it."""
    texts = iter(texts)
    html, size, xhtml = "", PIECE, None
    while True:
        html, is_last = _filled(html, texts, size)
        xhtml = is_xhtml(html) if xhtml is None else xhtml
        html = as_html(html) if xhtml else html
        if is_last:
            yield html
            return
        if cut := _cut(html):
            yield html[: cut.position]
            html = "".join(f"<{name}>" for name in cut.around) + html[cut.position :]
            size = PIECE
        elif size < LONGEST:
            size *= 2
        else:
            raise FileTooLarge("It has a tag or a word without end: repair the page.")


def _filled(html: str, texts: Iterator[str], size: int) -> tuple[str, bool]:
    """With so many characters, if there are, and whether they are the last."""
    parts, length = [html], len(html)
    while length < size:
        text = next(texts, None)
        if text is None:
            return "".join(parts), True
        parts.append(text)
        length += len(text)
    return "".join(parts), False


def _cut(html: str) -> _Cut | None:
    """The best place in the second half. None: a comment, a script or a tag goes on there."""
    best, around, end = None, list[str](), 0
    for tag in TAG.finditer(html):
        end = tag.end()
        name = (tag[3] or "").lower()
        if not tag[2] and tag.start() > len(html) // 2:
            rank = _rank(name, around), len(around)
            if best is None or rank <= best.rank:
                best = _Cut(rank, tag.start(), tuple(around))
        if name in _PARTS:
            _enter_or_leave(around, name, enter=not tag[2])
    if best is not None:
        return best
    position = html.rfind("\n", max(end, len(html) // 2)) + 1
    position = position or html.rfind(" ", max(end, len(html) // 2)) + 1
    return _Cut((2, len(around)), position, tuple(around)) if position else None


def _rank(name: str, around: list[str]) -> int:
    if name == _PARTS[around[-1]] if around else name in _BLOCKS:
        return 0
    return 1 if name in _BLOCKS else 2


def _enter_or_leave(around: list[str], name: str, *, enter: bool) -> None:
    if enter and len(around) < _DEEPEST:
        around.append(name)
    elif not enter and name in around:
        while around.pop() != name:
            pass
