"""Objects embedded in slides of old PowerPoint: workbooks, documents and charts."""

import zlib
from collections.abc import Iterator

from ingestion.parsing.ppt import records as ppt
from ingestion.parsing.ppt.records import Record

MAX_BYTES = 150_000_000  # of one object, since it is held in memory


class Objects:
    """The embedded objects of a presentation, by the ids that shapes refer to."""

    def __init__(self, document: Record, found: dict[int, Record]) -> None:
        self._found = found
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
                yield f"object{number}.bin", None if stored is None else _content(stored)


def _content(stored: Record) -> bytes | None:
    if stored.type != ppt.STORED_OBJECT:
        return None
    if not stored.instance:
        return bytes(stored.data)
    unpacked = zlib.decompressobj()
    try:
        content = unpacked.decompress(bytes(stored.data[4:]), MAX_BYTES)
    except zlib.error:
        return None
    return None if unpacked.unconsumed_tail else content
