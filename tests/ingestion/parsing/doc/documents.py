"""Small files of Word 97, with their settings given byte by byte."""

import struct
from collections.abc import Mapping, Sequence

from tests.ingestion.hostile.compound import compound

RAISED, LOWERED = b"\x48\x2a\x01", b"\x48\x2a\x02"
DELETED = b"\x00\x08\x01"
TEXT_AT, PAGE = 0x400, 512
PIECES, RUN_PAGES, PARAGRAPH_PAGES, LENGTHS = 0x1A2, 0xFA, 0x102, 0x4C

Settings = Sequence[tuple[str, bytes]]  # pieces of text and their settings


def in_list(number: int, level: int = 0) -> bytes:
    return b"\x0b\x46" + struct.pack("<H", number) + b"\x0a\x26" + bytes([level])


def in_font(number: int) -> bytes:
    return b"\x4f\x4a" + struct.pack("<H", number) + b"\x51\x4a" + struct.pack("<H", number)


def sign(font: int, code: int) -> bytes:
    return b"\x09\x6a" + struct.pack("<HH", font, code)


def data_at(offset: int) -> bytes:
    return b"\x03\x6a" + struct.pack("<I", offset)


IN_TABLE, ENDS_ROW = b"\x16\x24\x01", b"\x17\x24\x01"


def ends_row(*merges: int) -> bytes:
    """Return the settings at the end of a row whose cells are 3: begins, 1: goes on, 0: no span."""
    edges = b"".join(struct.pack("<h", 1000 * n) for n in range(len(merges) + 1))
    cells = b"".join(struct.pack("<H18x", merge << 5) for merge in merges)
    row = bytes([len(merges)]) + edges + cells
    return IN_TABLE + ENDS_ROW + b"\x08\xd6" + struct.pack("<H", len(row) + 1) + row


def word_97(
    runs: Settings,
    paragraphs: Mapping[int, bytes] | None = None,
    tables: Mapping[int, bytes] | None = None,
    *,
    data: bytes = b"",
    comments: str = "",
) -> bytes:
    """Return a file with these runs of text.

    `paragraphs` has the settings of some paragraphs by their number, `tables` has parts of the
    table by where the header refers to them.
    """
    body = "".join(text for text, _ in runs)
    text = body + comments
    stored = text.encode("utf-16-le")
    document = bytearray(TEXT_AT) + stored
    document += bytes(-len(document) % PAGE)
    limits, settings, at = [TEXT_AT], [], TEXT_AT
    for words, one in [*runs, (comments, b"")]:
        at += 2 * len(words)
        limits.append(at)
        settings.append(bytes([len(one)]) + one if one else b"")
    run_page = len(document) // PAGE
    document += _page(limits, settings, 1)
    marks = [number for number, one in enumerate(text) if one in "\r\x07"]
    ends = [TEXT_AT, *(TEXT_AT + 2 * (mark + 1) for mark in marks)]
    styled = []
    for number in range(len(marks)):
        one = b"\0\0" + (paragraphs or {}).get(number, b"")
        one += bytes(len(one) % 2)
        styled.append(bytes([0, len(one) // 2]) + one)
    paragraph_page = len(document) // PAGE
    document += _page(ends, styled, 13)
    parts = {
        PIECES: b"\x02" + struct.pack("<IIIHIH", 16, 0, len(text), 0, TEXT_AT, 0),
        RUN_PAGES: struct.pack("<III", limits[0], limits[-1], run_page),
        PARAGRAPH_PAGES: struct.pack("<III", ends[0], ends[-1], paragraph_page),
        **(tables or {}),
    }
    table = bytearray()
    struct.pack_into("<HH", document, 0, 0xA5EC, 0xC1)
    struct.pack_into("<7I", document, LENGTHS, len(body), 0, 0, 0, len(comments), 0, 0)
    for where, part in parts.items():
        struct.pack_into("<II", document, where, len(table), len(part))
        table += part
    return compound({"WordDocument": bytes(document), "0Table": bytes(table), "Data": data})


def _page(limits: Sequence[int], settings: Sequence[bytes], width: int) -> bytes:
    """Return a page with settings for the text between each two limits."""
    page = bytearray(PAGE)
    struct.pack_into(f"<{len(limits)}I", page, 0, *limits)
    end = PAGE - 2
    for number, one in enumerate(settings):
        if one:
            end = (end - len(one)) // 2 * 2
            page[end : end + len(one)] = one
            page[4 * len(limits) + width * number] = end // 2
    page[PAGE - 1] = len(settings)
    return bytes(page)


def fonts(*names: str) -> bytes:
    entries = b""
    for name in names:
        written = name.encode("utf-16-le") + b"\0\0"
        entries += bytes([39 + len(written)]) + bytes(39) + written
    return struct.pack("<HH", len(names), 0) + entries


def levels(*shown: tuple[int, int, str]) -> bytes:
    """Return a list whose levels have these (start, format, text)."""
    written = b""
    for number in range(9):
        start, form, text = shown[number] if number < len(shown) else (1, 0, "")
        written += struct.pack("<IB23x", start, form)
        written += struct.pack("<H", len(text)) + text.encode("utf-16-le")
    return struct.pack("<HI24x", 1, 7) + written


def overrides(*starts: int | None) -> bytes:
    """Return a list for each of these, which continues the first one or begins anew."""
    heads = b"".join(struct.pack("<I8xB3x", 7, start is not None) for start in starts)
    changes = b"".join(
        b"\xff" * 4 + (b"" if start is None else struct.pack("<II", start, 0x10))
        for start in starts
    )
    return struct.pack("<I", len(starts)) + heads + changes
