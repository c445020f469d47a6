import struct

import pytest

from ingestion.last_errors import CorruptFile
from ingestion.parsing.blocks.graph_charts import MAX_COLUMNS, graph_lines
from tests.ingestion.hostile.compound import compound

BEGIN = struct.pack("<HHHH12x", 0x0809, 16, 0x0680, 5)


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def string(text: str) -> bytes:
    """Return a string in two bytes a letter if it needs them, else in one."""
    if text.isascii():
        return bytes([len(text), 0]) + text.encode()
    return bytes([len(text), 1]) + text.encode("utf-16-le")


def label(row: int, column: int, text: str) -> bytes:
    return record(4, struct.pack("<HH3x", row, column) + string(text))


def number(row: int, column: int, value: float) -> bytes:
    return record(3, struct.pack("<HH3xd", row, column, value))


def title(text: str) -> bytes:
    return record(0x100D, b"\0\0" + string(text))


def graph(*records: bytes) -> bytes:
    return compound({"Workbook": BEGIN + b"".join(records)})


TABLE = (
    *(label(0, 1, "Spring"), label(0, 2, "Zürich"), label(1, 0, "East")),
    *(number(1, 1, 20.4), number(1, 2, -3), label(2, 0, "West"), number(2, 2, 1e6)),
)


def test_the_table_of_a_chart_is_read_row_by_row():
    assert graph_lines(graph(*TABLE)) == [
        " | Spring | Zürich",
        "East | 20.4 | -3",
        "West |  | 1000000",
    ]


def test_titles_come_first_and_the_names_of_series_once():
    content = graph(*TABLE, title("Sales"), title("East"), title("Sales"), title(""))

    assert (graph_lines(content) or [])[:2] == ["Sales", " | Spring | Zürich"]


def test_strings_of_graph_before_1997_are_read():
    old = record(4, struct.pack("<HH3x", 0, 0) + b"\x06Z\xfcrich")

    assert graph_lines(graph(old)) == ["Zürich"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        compound({"Workbook": struct.pack("<HHHH12x", 0x0809, 16, 0x0600, 5)}),
        compound({"WordDocument": BEGIN}),
        compound({"Workbook": b""}),
    ],
)
def test_another_object_is_no_chart(content: bytes):
    assert graph_lines(content) is None


@pytest.mark.parametrize("cut", [2, 5, 9, 12])
def test_a_truncated_table_is_read_or_refused(cut: int):
    content = compound({"Workbook": (BEGIN + b"".join(TABLE))[:-cut]})

    try:
        lines = graph_lines(content)
    except CorruptFile:
        lines = None

    assert lines is None or lines[0] == " | Spring | Zürich"


def test_cells_far_away_do_not_widen_the_table():
    lines = graph_lines(graph(*TABLE, number(65_535, 65_535, 1), number(60_000, 3, 2))) or []

    assert lines[-1] == " |  |  | 2"
    assert max(line.count("|") for line in lines) < MAX_COLUMNS
