"""Zip files that no program writes: wrong sizes, entries that share bytes, packed gigabytes.

They are written here because `zipfile` only writes honest ones.
"""

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

STORED, DEFLATED = 0, 8
ENCRYPTED = 0x1
UNIX_LINK = 0o120777 << 16


@dataclass(frozen=True)
class Packed:
    """An entry: its bytes, and what the zip claims about them. Entries may share an offset `at`."""

    name: str
    data: bytes
    size: int
    crc: int
    method: int = DEFLATED
    flags: int = 0x800  # names in UTF-8
    attributes: int = 0
    at: int | None = None  # the offset of an existing entry


def stored(name: str, data: bytes, **lies: int) -> Packed:
    return Packed(name, data, **{"size": len(data), "crc": zlib.crc32(data), "method": 0, **lies})


def packed(name: str, data: bytes, **lies: int) -> Packed:
    return Packed(name, deflated(data), **{"size": len(data), "crc": zlib.crc32(data), **lies})


def repeated(name: str, before: bytes, block: bytes, times: int, after: bytes) -> Packed:
    """Return an entry of `before`, `times` blocks and `after`, without holding it in memory."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    head = packer.compress(before) + packer.flush(zlib.Z_FULL_FLUSH)
    middle = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)  # refers to nothing before it
    tail = packer.compress(after) + packer.flush()
    crc = zlib.crc32(before)
    for _ in range(times):
        crc = zlib.crc32(block, crc)
    size = len(before) + len(block) * times + len(after)
    return Packed(name, head + middle * times + tail, size, zlib.crc32(after, crc))


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def write_zip(path: Path, entries: list[Packed]) -> None:
    with path.open("wb") as file:
        directory = []
        for entry in entries:
            directory.append(_central(entry, file.tell() if entry.at is None else entry.at))
            if entry.at is None:
                file.write(_local(entry) + entry.data)
        start = file.tell()
        file.write(b"".join(directory))
        size, count = file.tell() - start, min(len(entries), 0xFFFF)
        file.write(struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, size, start, 0))


def _fields(entry: Packed) -> bytes:
    name = entry.name.encode()
    sizes = (entry.crc, len(entry.data), entry.size, len(name), 0)
    return struct.pack("<5H3I2H", 20, entry.flags, entry.method, 0, 0x21, *sizes)


def _local(entry: Packed) -> bytes:
    return b"PK\x03\x04" + _fields(entry) + entry.name.encode()


def _central(entry: Packed, offset: int) -> bytes:
    made_by = struct.pack("<4sH", b"PK\x01\x02", 0x0314)
    rest = struct.pack("<3H2I", 0, 0, 0, entry.attributes, offset)
    return made_by + _fields(entry) + rest + entry.name.encode()
