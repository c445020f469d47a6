"""HTML as text: paragraphs apart, lists and tables line by line, scripts and styles left out."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from ingestion.parsing.decoding import texts
from ingestion.parsing.html.nesting import check_nesting
from ingestion.parsing.html.page import page_of
from ingestion.parsing.html.pieces import pieces
from ingestion.parsing.sections import Section

_BLOCK = 131_072  # characters


def read_html(path: Path) -> Iterator[Section]:
    """A page's text, divided where a heading begins. Its title heads what comes before them."""
    return _sections(texts(path))


def html_sections(html: str) -> Iterator[Section]:
    """As `read_html`, of a page in memory."""
    return _sections(html[start : start + _BLOCK] for start in range(0, len(html), _BLOCK))


def html_text(html: str) -> str:
    """The words of a page or a fragment; a table's row is one line, its cells apart by ` | `."""
    return page_of(html).text()


def _sections(texts: Iterable[str]) -> Iterator[Section]:
    heading, apart, continues = None, "", False
    for html in pieces(texts):
        check_nesting(html)
        page = page_of(html)
        heading = heading or page.title or None
        for title, text in page.parts():
            heading = title or heading
            yield Section(apart + text, heading=heading, continues=continues)
            apart, continues = "", True
        apart = "\n\n" if continues else ""
