"""OLE files with contents and folders, which no library writes."""

import struct
from itertools import chain

SECTOR = 512
_SMALLEST = 4096  # bytes: shorter streams would be kept elsewhere, so NULs are added
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_STORAGE, _STREAM, _ROOT = 1, 2, 5

Storage = dict[str, "bytes | Storage"]


def ole_file(root: Storage) -> bytes:
    """With these streams, and storages in which there are others."""
    entries: list[bytes] = [b""]
    streams: list[bytes] = []

    def add(storage: Storage) -> int:
        """The number of the first of its entries; each points to the next, as in a chain."""
        following = _FREE
        for name, content in reversed(storage.items()):
            if isinstance(content, bytes):
                start = sum(map(len, streams)) // SECTOR
                size = max(len(content), _SMALLEST)
                streams.append(content.ljust(-(-size // SECTOR) * SECTOR, b"\0"))
                fields = (_STREAM, following, _FREE, start, size)
            else:
                fields = (_STORAGE, following, add(content), 0, 0)
            entries.append(_entry(name, *fields))
            following = len(entries) - 1
        return following

    entries[0] = _entry("Root Entry", _ROOT, _FREE, add(root), _END, 0)
    return _laid_out(entries, streams)


def _laid_out(entries: list[bytes], streams: list[bytes]) -> bytes:
    """The streams, the directory, and last the table that says which sector follows which."""
    lengths = [len(stream) // SECTOR for stream in streams]
    directory = b"".join(entries).ljust(-(-len(entries) // 4) * SECTOR, b"\0")
    used = [*lengths, len(directory) // SECTOR]
    tables = -(-sum(used) // (SECTOR // 4 - 1))
    ends = [sum(used[: number + 1]) for number in range(len(used))]
    chains = ([*range(end - count + 1, end), _END] for end, count in zip(ends, used, strict=True))
    following = [*chain.from_iterable(chains), *[_FAT] * tables]
    following += [_FREE] * (tables * SECTOR // 4 - len(following))
    table = struct.pack(f"<{len(following)}I", *following)
    return _header(sum(lengths), sum(used), tables) + b"".join(streams) + directory + table


def _header(directory: int, table: int, tables: int) -> bytes:
    fields = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        bytes(16),
        *(0x3E, 3, 0xFFFE, 9, 6),
        *(0, tables, directory, 0, _SMALLEST, _END, 0, _END, 0),
    )
    numbers = [*range(table, table + tables), *[_FREE] * (109 - tables)]
    return fields + struct.pack("<109I", *numbers)


def _entry(name: str, kind: int, following: int, child: int, start: int, size: int) -> bytes:
    written = name.encode("utf-16-le")
    links = (_FREE, following, child)
    return struct.pack(
        "<64sHBBIII16sI8s8sIQ",
        *(written, len(written) + 2, kind, 1, *links),
        *(bytes(16), 0, bytes(8), bytes(8), start, size),
    )
