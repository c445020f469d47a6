"""Compound files (OLE), the small file systems of Office before 2007 and of Outlook."""

import struct
from dataclasses import dataclass, field
from typing import Union

Tree = dict[str, Union[bytes, "Tree"]]

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SECTOR, SMALL_SECTOR, SMALL = 512, 64, 4096
END, FREE, FAT_SECTOR, NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
STORAGE, STREAM, ROOT = 1, 2, 5


@dataclass
class _Entry:
    name: str
    kind: int
    left: int = NONE
    right: int = NONE
    child: int = NONE
    start: int = END
    size: int = 0

    def packed(self) -> bytes:
        name = self.name.encode("utf-16-le")
        links = struct.pack(
            "<64sHBB3I", name, len(name) + 2, self.kind, 1, self.left, self.right, self.child
        )
        return links + bytes(36) + struct.pack("<IQ", self.start, self.size)


@dataclass
class _Disk:
    """Sectors of one size, chained by a table."""

    sector: int
    data: bytearray = field(default_factory=bytearray)
    chain: list[int] = field(default_factory=list)

    def add(self, content: bytes) -> int:
        """Append content and return its first sector."""
        first, count = len(self.chain), -(-len(content) // self.sector)
        if not count:
            return END
        self.data += content.ljust(count * self.sector, b"\0")
        self.chain += [*range(first + 1, first + count), END]
        return first


def compound(tree: Tree) -> bytes:
    """Return a compound file with these streams and storages. Raises ValueError beyond 7 MB."""
    disk, small = _Disk(SECTOR), _Disk(SMALL_SECTOR)
    entries = [_Entry("Root Entry", ROOT)]
    entries[0].child = _add(tree, entries, disk, small)
    entries[0].start, entries[0].size = disk.add(bytes(small.data)), len(small.data)
    small_table = disk.add(_table(small.chain))
    directory = disk.add(b"".join(entry.packed() for entry in entries))
    tables = 1
    while tables * SECTOR // 4 < len(disk.chain) + tables:
        tables += 1
    first_table = len(disk.chain)
    table = _table([*disk.chain, *[FAT_SECTOR] * tables]).ljust(tables * SECTOR, b"\xff")
    where = list(range(first_table, first_table + tables))
    if tables > 109:
        raise ValueError("more than 7 MB needs tables of tables, which no test does")
    header = struct.pack(
        "<8s16x5H6x9I", SIGNATURE, 0x3E, 3, 0xFFFE, 9, 6,
        0, tables, directory, 0, SMALL, small_table, len(small.chain) // 128 + 1, END, 0,
    )  # fmt: skip
    pointers = struct.pack("<109I", *where, *[FREE] * (109 - tables))
    return header + pointers + bytes(disk.data) + table


def siblings_in_a_circle(content: bytes) -> bytes:
    """Return the file with each directory entry as its own sibling and child."""
    changed = bytearray(content)
    directory = (struct.unpack_from("<I", content, 48)[0] + 1) * SECTOR
    for entry in range(directory, directory + SECTOR, 128):
        number = (entry - directory) // 128
        struct.pack_into("<3I", changed, entry + 68, number, number, number)
    return bytes(changed)


def tables_in_a_circle(content: bytes) -> bytes:
    """Return the file with a table of tables that continues with itself."""
    changed = bytearray(content.ljust(len(content) + SECTOR, b"\0"))
    own = len(content) // SECTOR - 1
    struct.pack_into("<2I", changed, 68, own, 0xFFFF_FFFF)
    struct.pack_into("<I", changed, 44, 1_000)  # tables, more than the header has room for
    struct.pack_into("<128I", changed, len(content), *[own] * 128)
    return bytes(changed)


def looped(content: bytes) -> bytes:
    """Return the file with every chain of sectors leading back to sector 0."""
    tables = struct.unpack_from("<I", content, 44)[0]
    first = struct.unpack_from("<I", content, 76)[0]
    changed = bytearray(content)
    start = (first + 1) * SECTOR
    for offset in range(start, start + tables * SECTOR, 4):
        (following,) = struct.unpack_from("<I", content, offset)
        if following == END:
            struct.pack_into("<I", changed, offset, 0)
    return bytes(changed)


def _add(tree: Tree, entries: list[_Entry], disk: _Disk, small: _Disk) -> int:
    """Add entries as a balanced tree of siblings. Return the number of its root."""
    numbers = []
    for name in sorted(tree, key=lambda name: (len(name), name.upper())):
        content = tree[name]
        entry = _Entry(name, STREAM if isinstance(content, bytes) else STORAGE)
        numbers.append(len(entries))
        entries.append(entry)
        if isinstance(content, bytes):
            entry.size = len(content)
            entry.start = (small if len(content) < SMALL else disk).add(content)
        else:
            entry.child = _add(content, entries, disk, small)
    return _linked(numbers, entries)


def _linked(numbers: list[int], entries: list[_Entry]) -> int:
    if not numbers:
        return NONE
    middle = len(numbers) // 2
    entry = entries[numbers[middle]]
    entry.left = _linked(numbers[:middle], entries)
    entry.right = _linked(numbers[middle + 1 :], entries)
    return numbers[middle]


def _table(chain: list[int]) -> bytes:
    return struct.pack(f"<{len(chain)}I", *chain)
