"""Charts of Microsoft Graph, which Office before 2007 embedded as OLE objects.

The object has the table that its author filled, in records like those of Excel 2, and the titles of
the chart. [MS-OGRAPH] specifies them.
"""

import struct
from collections.abc import Iterator
from io import BytesIO
from struct import unpack_from

from olefile import MAGIC, OleFileIO

from ingestion.parsing.blocks import join_cells
from ingestion.parsing.containers import ole

MAX_COLUMNS = 256  # since a chart has at most 255 series

_STREAM = "Workbook"
_BEGIN = struct.pack("<HHH", 0x0809, 16, 0x0680)  # the last number is Excel's own elsewhere
_NUMBER, _LABEL, _TEXT = 0x0003, 0x0004, 0x100D
_CELL = 7  # bytes: the row, the column, and settings


def graph_lines(content: bytes) -> list[str] | None:
    """Return a chart's titles and the rows of its table, or None if the object is no such chart.

    Raises CorruptFile.
    """
    if not content.startswith(MAGIC):
        return None
    with ole.errors_as_corrupt(ValueError, RecursionError), OleFileIO(BytesIO(content)) as file:
        data = file.openstream(_STREAM).read() if file.exists(_STREAM) else b""
        if not data.startswith(_BEGIN):
            return None
        rows: dict[int, dict[int, str]] = {}
        texts: dict[str, None] = {}
        for kind, body in _records(data):
            if kind == _TEXT:
                texts[_string(body[2:])] = None
            elif kind in (_NUMBER, _LABEL):
                row, column = unpack_from("<HH", body)
                if column < MAX_COLUMNS:
                    rows.setdefault(row, {})[column] = _value(kind, body[_CELL:])
    cells = {value for row in rows.values() for value in row.values()}
    width = max((column for row in rows.values() for column in row), default=-1) + 1
    table = ([row.get(at, "") for at in range(width)] for _, row in sorted(rows.items()))
    # Texts that repeat a cell are the names of series.
    titles = [text for text in texts if text and text not in cells]
    return titles + [join_cells(row) for row in table if any(row)]


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(data):
        kind, size = unpack_from("<HH", data, at)
        yield kind, data[at + 4 : at + 4 + size]
        at += 4 + size


def _value(kind: int, body: bytes) -> str:
    if kind == _LABEL:
        return _string(body)
    (number,) = unpack_from("<d", body)
    return f"{number:.15g}"


def _string(body: bytes) -> str:
    """Return a string, whose length and width come first; Graph before 1997 wrote no width."""
    if len(body) < 2:
        return ""
    length, is_wide = body[0], body[1]
    if is_wide in (0, 1) and len(body) >= 2 + length * (1 + is_wide):
        text = body[2 : 2 + length * (1 + is_wide)]
        return " ".join(text.decode("utf-16-le" if is_wide else "latin-1", "replace").split())
    return " ".join(body[1 : 1 + length].decode("cp1252", "replace").split())
