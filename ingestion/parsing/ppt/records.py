"""The records of a PowerPoint file before 2007, as specified in [MS-PPT]."""

from collections.abc import Iterator
from dataclasses import dataclass
from struct import unpack_from

from ingestion.last_errors import CorruptFile, EncryptedFile

SLIDE, SLIDE_ENTRY, SLIDE_TEXTS = 0x03EF, 0x03F3, 0x0FF0
TEXT_TYPE, TEXT, BYTE_TEXT, TEXT_NUMBER = 0x0F9F, 0x0FA0, 0x0FA8, 0x0F9E
GROUP, TEXT_BOX, ANCHOR, CHILD_ANCHOR, MORE_PROPERTIES = 0xF003, 0xF00D, 0xF010, 0xF00F, 0xF122
STYLE, STRING, FONT = 0x0FA1, 0x0FBA, 0x0FB7
LINK, LINK_ATOM, CLICK, CLICK_ATOM, CLICKED_TEXT = 0x0FD7, 0x0FD3, 0x0FF2, 0x0FF3, 0x0FDF
CLIENT_DATA, PROPERTIES, MORE_SETTINGS = 0xF011, 0xF00B, 0xF121
EXTENSION, COMMENT = 0x138B, 0x2EE0
EMBEDDED, OBJECT_ATOM, OBJECT_OF_SHAPE, STORED_OBJECT = 0x0FCC, 0x0FC3, 0x0BC1, 0x1011
_USER_EDIT = 0x0FF5

_HEADER = 8
_MAX_DEPTH = 100
_ENCRYPTED = 0xF3D1C4DF


@dataclass(frozen=True, slots=True)
class Record:
    data: memoryview
    type: int
    instance: int
    is_container: bool

    def records(self) -> Iterator["Record"]:
        at = 0
        while self.is_container and at + _HEADER <= len(self.data):
            record = record_at(self.data, at)
            yield record
            at += _HEADER + len(record.data)

    def all(self, *types: int, depth: int = 0) -> Iterator["Record"]:
        """Yield the records of these types, at any depth, in file order.

        Raises CorruptFile if records nest too deep.
        """
        if depth > _MAX_DEPTH:
            raise CorruptFile
        for record in self.records():
            if record.type in types:
                yield record
            else:
                yield from record.all(*types, depth=depth + 1)

    def number(self, at: int) -> int:
        return int(unpack_from("<I", self.data, at)[0])


def record_at(data: memoryview, at: int) -> Record:
    kind, type_, size = unpack_from("<HHI", data, at)
    body = data[at + _HEADER : at + _HEADER + size]
    return Record(body, type_, kind >> 4, is_container=kind & 0xF == 0xF)


def objects(user: bytes, stream: bytes) -> tuple[int, dict[int, Record]]:
    """Return the number of the document record, and all numbered records as last saved.

    Saves are followed from the last to the first, since a file keeps outdated records after a fast
    save. Raises EncryptedFile or CorruptFile.
    """
    mark, edit = unpack_from("<II", user, 12)
    if mark == _ENCRYPTED:
        raise EncryptedFile
    data = memoryview(stream)
    found: dict[int, Record] = {}
    document, seen = 0, set()
    while edit and edit not in seen:
        seen.add(edit)
        record = record_at(data, edit)
        if record.type != _USER_EDIT:
            raise CorruptFile
        document = document or record.number(16)
        directory, at = record_at(data, record.number(12)), 0
        while at + 4 <= len(directory.data):
            head = directory.number(at)
            first, count = head & 0xFFFFF, head >> 20
            offsets = unpack_from(f"<{count}I", directory.data, at + 4)
            for number, offset in enumerate(offsets, start=first):
                if number not in found:
                    found[number] = record_at(data, offset)
            at += 4 + 4 * count
        edit = record.number(8)
    return document, found
