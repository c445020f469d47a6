"""The storages of an OLE file as files of their own, since Word and Excel embed objects as such.

[MS-CFB] specifies the format. Sectors of 4 KB need no further tables up to 400 MB.
"""

import struct
from collections.abc import Iterator

from olefile import MAGIC, OleFileIO

MAX_BYTES = 150_000_000  # of one storage, since it is held in memory
MAX_STREAMS = 50  # of one storage; an object has about five

_SECTOR = 4096  # bytes, and also the size of the smallest stream outside of the small ones' table
_END, _FREE, _NO_ENTRY = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFF
_TABLE = 0xFFFFFFFD  # the mark of a sector of the table of sectors
_STREAM, _ROOT = 2, 5


def storages(
    file: OleFileIO, parent: str = "", *, prefix: str = ""
) -> Iterator[tuple[str, bytes | None]]:
    """Yield the name and the content of each storage in another, or None if it is too large.

    Without a `parent`, these are the storages of the file itself whose names begin with `prefix`.
    """
    above = [parent] if parent else []
    found: dict[str, list[str]] = {}
    for entry in file.listdir():
        is_within = [one.lower() for one in entry[:-2]] == [one.lower() for one in above]
        if is_within and len(entry) >= 2 and entry[-2].lower().startswith(prefix.lower()):
            found.setdefault(entry[-2], []).append(entry[-1])
    for name, streams in found.items():
        paths = [[*above, name, stream] for stream in streams]
        if len(streams) > MAX_STREAMS or sum(map(file.get_size, paths)) > MAX_BYTES:
            yield name, None
        else:
            contents = (file.openstream(path).read() for path in paths)
            yield name, _file(dict(zip(streams, contents, strict=True)))


def _file(streams: dict[str, bytes]) -> bytes:
    """Return a file with these streams, those shorter than a sector filled up with NULs."""
    chain: list[int] = []
    parts: list[bytes] = []
    entries = [_entry("Root Entry", _ROOT, child=1 if streams else _NO_ENTRY)]
    for number, (name, content) in enumerate(streams.items(), start=1):
        start, size = len(chain), max(len(content), _SECTOR)
        _append(content.ljust(_SECTOR, b"\0"), chain, parts)
        following = number + 1 if number < len(streams) else _NO_ENTRY
        entries.append(_entry(name, _STREAM, right=following, start=start, size=size))
    directory = len(chain)
    _append(b"".join(entries), chain, parts)
    directory_sectors = len(chain) - directory
    tables = 1
    while tables * _SECTOR < 4 * (len(chain) + tables):
        tables += 1
    first_table = len(chain)
    numbers = [*chain, *[_TABLE] * tables]
    parts.append(struct.pack(f"<{len(numbers)}I", *numbers).ljust(tables * _SECTOR, b"\xff"))
    places = [*range(first_table, first_table + tables)]
    header: bytes = MAGIC + struct.pack(
        "<16x5H6x10I", 0x3E, 4, 0xFFFE, 12, 6,
        directory_sectors, tables, directory, 0, _SECTOR, _END, 0, _END, 0, *places[:1],
    )  # fmt: skip
    header += struct.pack(f"<{len(places) - 1}I", *places[1:])
    header = header.ljust(512, b"\xff").ljust(_SECTOR, b"\0")
    return header + b"".join(parts)


def _append(content: bytes, chain: list[int], parts: list[bytes]) -> None:
    """Append content in sectors, each of which names the next."""
    count = -(-len(content) // _SECTOR)
    first = len(chain)
    chain += [*range(first + 1, first + count), _END]
    parts.append(content.ljust(count * _SECTOR, b"\0"))


def _entry(
    name: str,
    kind: int,
    *,
    right: int = _NO_ENTRY,
    child: int = _NO_ENTRY,
    start: int = _END,
    size: int = 0,
) -> bytes:
    words = name[:31].encode("utf-16-le")
    links = struct.pack("<64sHBB3I", words, len(words) + 2, kind, 1, _NO_ENTRY, right, child)
    return links + bytes(36) + struct.pack("<IQ", start, size)
