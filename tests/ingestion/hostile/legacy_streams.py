"""The streams of the smallest possible Word, Excel, PowerPoint and Outlook files."""

import struct

from tests.ingestion.hostile.compound import Tree

COMPRESSED = 0x4000_0000  # the flag of a piece with one byte per character


def doc(
    words: str, *, flags: int = 0x0200, pieces: bytes = b"", clx: tuple[int, int] = (0, 0)
) -> Tree:
    """Return a Word document of one piece, or of `pieces`. `clx` overrides their (offset, size)."""
    content = words.encode("cp1252")
    pieces = pieces or piece_table([0, len(content)], [0x400])
    table = b"\x02" + struct.pack("<I", len(pieces)) + pieces
    start, size = clx if clx[1] else (0, len(table))
    fib = bytearray(0x400)
    struct.pack_into("<6H", fib, 0, 0xA5EC, 0xC1, 0, 0x409, 0, flags)
    struct.pack_into("<2I", fib, 0x18, 0x400, 0x400 + len(content))
    struct.pack_into("<H", fib, 0x20, 14)
    struct.pack_into("<H", fib, 0x3E, 22)
    struct.pack_into("<4I", fib, 0x40, 0x400 + len(content), 0, 0, len(content))
    struct.pack_into("<H", fib, 0x98, 93)
    struct.pack_into("<2I", fib, 0x1A2, start, size)
    return {"WordDocument": bytes(fib) + content, "1Table": table.ljust(4096, b"\0")}


def piece_table(characters: list[int], offsets: list[int]) -> bytes:
    descriptors = (
        struct.pack("<HIH", 0, 2 * offset & 0x3FFFFFFF | COMPRESSED, 0) for offset in offsets
    )
    return struct.pack(f"<{len(characters)}I", *characters) + b"".join(descriptors)


def record(kind: int, content: bytes) -> bytes:
    return struct.pack("<2H", kind, len(content)) + content


def xls(*cells: bytes, strings: bytes = struct.pack("<2I", 0, 0), flags: bytes = b"") -> Tree:
    beginning = record(0x809, struct.pack("<4H2I", 0x600, 5, 0, 0, 0, 0)) + flags
    shared, end = record(0xFC, strings), record(0x0A, b"")
    start = len(beginning) + 4 + 8 + 1 + len(shared) + len(end)
    sheet = record(0x85, struct.pack("<I2B2B", start, 0, 0, 1, 0) + b"S")
    rows = record(0x809, struct.pack("<4H2I", 0x600, 16, 0, 0, 0, 0)) + b"".join(cells) + end
    return {"Workbook": (beginning + sheet + shared + end + rows).ljust(4096, b"\0")}


def label(row: int, column: int, words: bytes = b"needle") -> bytes:
    return record(0x204, struct.pack("<4HB", row, column, 0, len(words), 0) + words)


def ppt(*shapes: str, outline: tuple[str, ...] = (), saved_before: bool = False) -> Tree:
    """Return a deck of one slide, with an outline that the slide does not refer to.

    With `saved_before`, its last save refers to itself as the previous one.
    """
    texts = b"".join(_atom(0x0FA8, words.encode()) for words in outline)
    place = _atom(0x03F3, struct.pack("<5I", 2, 0, 0, 256, 0))
    document = _container(0x03E8, _container(0x0FF0, place + texts))
    boxes = (_container(0xF00D, _atom(0x0FA8, words.encode())) for words in shapes)
    group = _container(0xF004, b"") + b"".join(_container(0xF004, box) for box in boxes)
    slide = _container(0x03EE, _container(0x040C, _container(0xF002, _container(0xF003, group))))
    directory, edit = len(document + slide), len(document + slide) + 8 + 12
    places = _atom(0x1772, struct.pack("<3I", 2 << 20 | 1, 0, len(document)))
    before = edit if saved_before else 0
    last = _atom(0x0FF5, struct.pack("<7I", 0, 0, before, directory, 1, 0, 0))
    user = struct.pack("<2H4I", 0, 0xFF6, 0x14, 0x14, 0xE391C05F, edit)
    return {
        "PowerPoint Document": (document + slide + places + last).ljust(4096, b"\0"),
        "Current User": user,
    }


def _atom(kind: int, content: bytes) -> bytes:
    return struct.pack("<2HI", 0, kind, len(content)) + content


def _container(kind: int, content: bytes) -> bytes:
    return struct.pack("<2HI", 0xF, kind, len(content)) + content


def msg(body: str, attached: Tree | None = None, *, inner: bool = False, files: int = 0) -> Tree:
    """Return a message with `attached`, another message, and this many text `files` attached."""
    header = bytes(24 if inner else 32)
    tree: Tree = {
        "__nameid_version1.0": {f"__substg1.0_000{n}0102": b"" for n in (2, 3, 4)},
        "__properties_version1.0": header
        + _property(0x001A)
        + _property(0x0037)
        + _property(0x1000),
        "__substg1.0_001A001F": "IPM.Note".encode("utf-16-le"),
        "__substg1.0_0037001F": "A letter".encode("utf-16-le"),
        "__substg1.0_1000001F": body.encode("utf-16-le"),
    }
    if attached is not None:
        method = struct.pack("<2I2I", 0x37050003, 6, 5, 0)
        tree["__attach_version1.0_#00000000"] = {
            "__properties_version1.0": bytes(8) + method,
            "__substg1.0_3701000D": attached,
        }
    for number in range(1, files + 1):
        tree[f"__attach_version1.0_#{number:08X}"] = {
            "__properties_version1.0": bytes(8),
            "__substg1.0_3707001F": f"{number}.txt".encode("utf-16-le"),
            "__substg1.0_37010102": b"attached",
        }
    return tree


def _property(number: int) -> bytes:
    return struct.pack("<2I2I", number << 16 | 0x1F, 6, 16, 0)
