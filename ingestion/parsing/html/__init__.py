"""HTML as text: separate paragraphs, lists and tables line by line, no scripts or styles.

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
# The set of a page that declares none, in browsers: https://encoding.spec.whatwg.org
BROWSERS_SET = "cp1252"


def read_html(path: Path) -> Iterator[Section]:
    """Yield a page's text, divided at headings. The text before the first is under the title."""
    return _sections(texts(path, in_doubt=BROWSERS_SET))


def html_sections(html: str, *, is_part: bool = False) -> Iterator[Section]:
    """Yield the sections of a page in memory, like `read_html`.

    A page `is_part` of a whole if it is a chapter of a book. Links to others have no address then.
    """
    blocks = (html[start : start + _BLOCK] for start in range(0, len(html), _BLOCK))
    return _sections(blocks, is_part=is_part)


def html_text(html: str) -> str:
    """Return the text of a page or fragment. A table row is one line, with ` | ` between cells."""
    return render(html).text()


def _sections(texts: Iterable[str], *, is_part: bool = False) -> Iterator[Section]:
    heading, separator, continues = None, "", False
    for html in in_pieces(texts):
        check_nesting(html)
        page = render(html, is_part=is_part)
        heading = heading or page.title or None
        for title, text in page.parts():
            heading = title or heading
            yield Section(separator + text, heading=heading, continues=continues)
            separator, continues = "", True
        separator = "\n\n" if continues else ""
