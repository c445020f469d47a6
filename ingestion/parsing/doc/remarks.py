"""The comments of a Word file before 2007, by the characters that they are about."""

from struct import error, unpack_from

from ingestion.last_errors import CorruptFile
from ingestion.parsing.doc.pieces import Pieces

_REFERENCES, _TEXTS, _AUTHORS = 0xBA, 0xC2, 0x1BA
_REFERENCE = 30  # bytes
_MAX_COMMENTS = 100_000


def comments_of(document: bytes, table: bytes, pieces: Pieces) -> dict[int, str]:
    """Return the lines of comments by the positions of their marks in the body."""
    found: dict[int, str] = {}
    try:
        at, size = unpack_from("<II", document, _REFERENCES)
        count = min(max(size - 4, 0) // (4 + _REFERENCE), _MAX_COMMENTS)
        if not count:
            return found
        marks = unpack_from(f"<{count}I", table, at)
        texts_at, _ = unpack_from("<II", document, _TEXTS)
        limits = unpack_from(f"<{count + 1}I", table, texts_at)
        authors = _authors(document, table)
        story = pieces.text(*pieces.comments)
        for number, mark in enumerate(marks):
            [author] = unpack_from("<20xH", table, at + 4 * (count + 1) + _REFERENCE * number)
            words = " ".join(_plain(story[slice(*limits[number : number + 2])]).split())
            name = authors[author] if author < len(authors) else ""
            if words:
                found[mark] = f"Comment by {name}: {words}" if name else f"Comment: {words}"
    except (CorruptFile, error, IndexError):
        pass  # since the text without its comments is worth reading
    return found


def _plain(text: str) -> str:
    return "".join(one if one >= " " else " " for one in text)


def _authors(document: bytes, table: bytes) -> list[str]:
    at, size = unpack_from("<II", document, _AUTHORS)
    end, found = min(at + size, len(table)), []
    while at + 2 <= end:
        [length] = unpack_from("<H", table, at)
        found.append(table[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace"))
        at += 2 + 2 * length
    return found
