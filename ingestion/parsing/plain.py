"""Text, source code and JSON, kept as written, with their line breaks and indentation."""

import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from ingestion.parsing.decoding import texts
from ingestion.parsing.sections import Section, in_sections

# Runs of `\u....`, or of escaped backslashes, which are matched so that `\\u0041` is left alone.
# The search is fast, because both begin with a backslash.
_ESCAPES = re.compile(r"\\(?:\\(?:\\\\)*|u[0-9a-fA-F]{4}(?:\\u[0-9a-fA-F]{4})*)")
# An incomplete escape at the end of a piece of text: a part of one, or the first of a surrogate
# pair.
_PARTIAL = re.compile(r"(?:\\+u[dD][89abAB][0-9a-fA-F]{2})?(?:\\+(?:u[0-9a-fA-F]{0,3})?)?\Z")
_MAX_PARTIAL = 64  # characters


def read_text(path: Path) -> Iterator[Section]:
    return in_sections(texts(path))


def read_json(path: Path) -> Iterator[Section]:
    """Yield JSON in its own layout, valid or not, with `\\u` escapes replaced by their characters.

    Many programs write "Zürich" as `Z\\u00fcrich`, but people search for the former.
    """
    return in_sections(_unescape_pieces(texts(path)))


def _unescape_pieces(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the text without `\\u` escapes, even if one begins in a piece and ends in the next."""
    partial = ""
    for piece in pieces:
        text = partial + piece
        end = len(text) - _MAX_PARTIAL
        partial = _PARTIAL.search(text, max(0, end))[0]  # type: ignore[index] # it always matches
        if len(partial) == _MAX_PARTIAL:  # a run of backslashes
            partial = ""
        if text := text[: len(text) - len(partial)]:
            yield _ESCAPES.sub(lambda escapes: _unescape(escapes[0]), text)
    if partial:
        yield partial


@lru_cache(maxsize=10_000)
def _unescape(found: str) -> str:
    if found.startswith("\\\\"):
        return found
    # Quotes, line breaks and surrogates stay escaped, because JSON requires it.
    return "".join(
        letter
        if letter >= "\xa0" and not "\ud800" <= letter <= "\udfff"
        else json.dumps(letter)[1:-1]
        for letter in json.loads(f'"{found}"')
    )
