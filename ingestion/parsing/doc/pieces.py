"""The pieces in which a Word file stores its text, the body before the other stories."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from struct import unpack_from

from ingestion.last_errors import CorruptFile, UnsupportedFile
from ingestion.parsing.doc.code_pages import code_page_of

Range = tuple[int, int]

_FIRST_BYTE = 0x18
_LENGTHS = 0x4C  # offset of the lengths of the body, footnotes, headers, macros, …
_LENGTH_95 = 0x34
_PIECES = 0x1A2
_FORMATS, _PIECE_TABLE = 1, 2
_COMPRESSED = 0x40000000
_COMPLEX = 0x0004


@dataclass(frozen=True, slots=True)
class Piece:
    start: int  # in characters of the document
    offset: int  # in bytes of the file
    width: int  # bytes of a character: 1 or 2


class Pieces:
    def __init__(
        self,
        document: bytes,
        pieces: list[Piece],
        lengths: list[int],
        code_page: str = "cp1252",
    ) -> None:
        self._document = document
        self._code_page = code_page
        self._pieces = pieces
        self._starts = [piece.start for piece in pieces]
        ranges = list(pairwise(accumulate(lengths, initial=0)))
        body, footnotes, self.headers, _macros, self.comments, endnotes, boxes = ranges
        self.stories: list[Range] = [body, footnotes, endnotes, boxes]

    def text(self, start: int, end: int) -> str:
        """Return the text between two characters. Raises `CorruptFile` if it is missing."""
        found = []
        for piece, following in zip(self._pieces, [*self._starts[1:], end], strict=True):
            if piece.start < end and following > start:
                since = max(start, piece.start)
                length = min(end, following) - since
                first = piece.offset + (since - piece.start) * piece.width
                data = self._document[first : first + length * piece.width]
                if len(data) < length * piece.width:
                    raise CorruptFile
                # Decoded one to one, because positions count characters.
                if piece.width == 1:
                    found.append(data.decode(self._code_page, "replace"))
                else:
                    found.append("".join(map(chr, unpack_from(f"<{length}H", data))))
        return "".join(found)

    def segments(self, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
        """Yield (start, end, offset in bytes, bytes of a character) for each part of a piece."""
        number = max(bisect_right(self._starts, start) - 1, 0)
        while start < end:
            after = self._starts[number + 1] if number + 1 < len(self._starts) else end
            last = min(after, end)
            if last > start:
                yield start, last, self.offset(start), self._pieces[number].width
                start = last
            number += 1

    def offset(self, character: int) -> int:
        """Return a character's offset in the file, in bytes."""
        piece = self._pieces[max(bisect_right(self._starts, character) - 1, 0)]
        return piece.offset + (character - piece.start) * piece.width


def pieces_of_word_97(document: bytes, table: bytes) -> Pieces:
    """Find the pieces of a file of Word 97 to 2003. `table` is the stream of its piece table."""
    at, size = unpack_from("<II", document, _PIECES)
    end = at + size
    while at < end and table[at] == _FORMATS:
        at += 3 + int(unpack_from("<H", table, at + 1)[0])
    if at >= end or table[at] != _PIECE_TABLE:
        raise CorruptFile
    count = (int(unpack_from("<I", table, at + 1)[0]) - 4) // 12
    if count < 1:
        raise CorruptFile
    starts = unpack_from(f"<{count + 1}I", table, at + 5)
    descriptors = at + 5 + 4 * (count + 1)
    pieces = []
    for number, start in enumerate(starts[:-1]):
        [place] = unpack_from("<I", table, descriptors + 8 * number + 2)
        if place & _COMPRESSED:
            pieces.append(Piece(start, (place & ~_COMPRESSED) // 2, 1))
        else:
            pieces.append(Piece(start, place, 2))
    return Pieces(document, pieces, list(unpack_from("<7I", document, _LENGTHS)))


def pieces_of_word_95(document: bytes) -> Pieces:
    first, flags = unpack_from("<I", document, _FIRST_BYTE)[0], unpack_from("<H", document, 10)[0]
    if flags & _COMPLEX:
        raise UnsupportedFile("It was saved by Word 95 in parts: save it as .docx and upload that.")
    lengths = unpack_from("<7I", document, _LENGTH_95)
    code_page = code_page_of(document, first, first + sum(lengths))
    return Pieces(document, [Piece(0, first, 1)], list(lengths), code_page)
