"""Objects embedded in slides of old PowerPoint: workbooks, documents and charts."""

import zlib
from collections.abc import Iterator

from ingestion.parsing.ppt import records as ppt
from ingestion.parsing.ppt.records import Record

MAX_BYTES = 150_000_000  # of one object, since it is held in memory
MAX_UNPACKED = 500_000_000  # bytes of all, since a few kilobytes may unpack to each


class Objects:
    """The embedded objects of a presentation, by the ids that shapes refer to."""

    def __init__(self, document: Record, found: dict[int, Record]) -> None:
        self._found = found
        self._left = MAX_UNPACKED
        self._places: dict[int, int] = {}  # numbers of records by the ids of objects
        for embedded in document.all(ppt.EMBEDDED):
            for atom in embedded.records():
                if atom.type == ppt.OBJECT_ATOM:
                    self._places[atom.number(8)] = atom.number(16)

    def on(self, slide: Record) -> Iterator[tuple[str, bytes | None]]:
        """Yield the name and bytes of each object of a slide, or None if it is lost."""
        ids = dict.fromkeys(one.number(0) for one in slide.all(ppt.OBJECT_OF_SHAPE))
        for number in ids:
            if number in self._places:
                stored = self._found.get(self._places[number])
                yield f"object{number}.bin", None if stored is None else self._content(stored)

    def _content(self, stored: Record) -> bytes | None:
        if stored.type != ppt.STORED_OBJECT or not self._left:
            return None
        if not stored.instance:
            return bytes(stored.data)
        unpacked = zlib.decompressobj()
        try:
            content = unpacked.decompress(bytes(stored.data[4:]), min(self._left, MAX_BYTES))
        except zlib.error:
            return None
        self._left -= len(content)
        return None if unpacked.unconsumed_tail else content
