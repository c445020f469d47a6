"""Headings, by the document's outline: what readers show beside the pages as bookmarks."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from pypdfium2 import raw

from ingestion.parsing.pdf.document import opened
from ingestion.parsing.pdf.strings import string

# PDFium looks for the page of each bookmark among all pages.
_MOST_STEPS = 50_000_000
_MOST_BOOKMARKS = 20_000
_LONGEST_TITLE = 200
_MOST_LETTERS = 50_000_000  # of a page, read again for each of its titles


class Outline:
    """Titles by page, in reading order."""

    def __init__(self, titles: list[tuple[int, str]]) -> None:
        self._titles = sorted(titles, key=itemgetter(0))

    @classmethod
    def of(cls, path: Path) -> "Outline":
        with opened(path) as document:
            most = min(_MOST_BOOKMARKS, _MOST_STEPS // max(1, len(document)))
            bookmarks = islice(document.get_toc(), most)
            return cls([found for bookmark in bookmarks if (found := _found(bookmark))])

    def parts(self, page: int, text: str) -> Iterator[tuple[str | None, str]]:
        """A page's text, divided where titles stand in it, each part with the title above it.

        A title that stands nowhere, because it is a picture for example, counts from where the
        one before does.
        """
        first = bisect_left(self._titles, page, key=itemgetter(0))
        last = bisect_right(self._titles, page, key=itemgetter(0))
        last = min(last, first + _MOST_LETTERS // max(1, len(text)))
        heading = self._titles[first - 1][1] if first else None
        start = 0
        for _, title in self._titles[first:last]:
            at = _line(title, text, start)
            if at is not None:
                yield heading, text[start:at]
                start = at
            heading = title
        yield heading, text[start:]


def _found(bookmark: Any) -> tuple[int, str] | None:
    destination = bookmark.get_dest()
    page = destination and destination.get_index()
    title = " ".join(string(raw.FPDFBookmark_GetTitle, bookmark).split())[:_LONGEST_TITLE]
    return (page, title) if page is not None and title else None


def _line(title: str, text: str, start: int) -> int | None:
    """Where a line that is this title begins. It may have a number in front, and line breaks."""
    words = r"\s+".join(map(re.escape, title.split()))
    line = re.compile(rf"^[^\n]{{0,12}}?{words}\s*$", re.MULTILINE | re.IGNORECASE)
    found = line.search(text, start)
    return found.start() if found else None
