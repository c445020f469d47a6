"""Text, source code and JSON: as they are, with their line breaks and indentation."""

import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from ingestion.parsing.decoding import texts
from ingestion.parsing.sections import Section, in_sections

# Runs of `\u....`, skipping over escaped backslashes so that `\\u0041` is left alone.
# Both begin with a backslash, which makes the search for them fast.
_ESCAPES = re.compile(r"\\(?:\\(?:\\\\)*|u[0-9a-fA-F]{4}(?:\\u[0-9a-fA-F]{4})*)")
# An incomplete escape at the end of a piece of text: a part of one, or the first of a surrogate
# pair.
_PARTIAL = re.compile(r"(?:\\+u[dD][89abAB][0-9a-fA-F]{2})?(?:\\+(?:u[0-9a-fA-F]{0,3})?)?\Z")
_MAX_PARTIAL = 64  # characters of what is looked at as one


def read_text(path: Path) -> Iterator[Section]:
    return in_sections(texts(path))


def read_json(path: Path) -> Iterator[Section]:
    """Yield JSON in its own layout, valid or not, with letters in place of their `\\u` escapes.

    Many programs write "Zürich" as `Z\\u00fcrich`, which no one searches for.
    """
    return in_sections(_unescaped(texts(path)))


def _unescaped(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the text without `\\u` escapes. One may begin in one piece and end in another."""
    partial = ""
    for piece in pieces:
        text = partial + piece
        end = len(text) - _MAX_PARTIAL
        partial = _PARTIAL.search(text, max(0, end))[0]  # type: ignore[index] # it always matches
        if len(partial) == _MAX_PARTIAL:  # a row of backslashes
            partial = ""
        if text := text[: len(text) - len(partial)]:
            yield _ESCAPES.sub(lambda escapes: _unescape(escapes[0]), text)
    if partial:
        yield partial


@lru_cache(maxsize=10_000)
def _unescape(found: str) -> str:
    if found.startswith("\\\\"):
        return found
    # Quotes, line breaks and halves of characters need an escape to stay valid JSON.
    return "".join(
        letter
        if letter >= "\xa0" and not "\ud800" <= letter <= "\udfff"
        else json.dumps(letter)[1:-1]
        for letter in json.loads(f'"{found}"')
    )
