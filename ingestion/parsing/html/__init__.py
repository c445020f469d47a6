"""HTML as text: paragraphs apart, lists and tables line by line, scripts and styles left out.

text ─▶ pieces of some megabytes ─▶ check_nesting ─▶ render: a Page of lines and headings
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from ingestion.parsing.decoding import texts
from ingestion.parsing.html.nesting import check_nesting
from ingestion.parsing.html.pieces import in_pieces
from ingestion.parsing.html.rendering import render
from ingestion.parsing.sections import Section

_BLOCK = 131_072  # characters


def read_html(path: Path) -> Iterator[Section]:
    """Yield a page's text, divided where a heading begins. Its title heads what comes before."""
    return _sections(texts(path))


def html_sections(html: str) -> Iterator[Section]:
    """Yield what `read_html` does, from a page in memory."""
    return _sections(html[start : start + _BLOCK] for start in range(0, len(html), _BLOCK))


def html_text(html: str) -> str:
    """Return the words of a page or a fragment. A table's row is one line, ` | ` between cells."""
    return render(html).text()


def _sections(texts: Iterable[str]) -> Iterator[Section]:
    heading, separator, continues = None, "", False
    for html in in_pieces(texts):
        check_nesting(html)
        page = render(html)
        heading = heading or page.title or None
        for title, text in page.parts():
            heading = title or heading
            yield Section(separator + text, heading=heading, continues=continues)
            separator, continues = "", True
        separator = "\n\n" if continues else ""
