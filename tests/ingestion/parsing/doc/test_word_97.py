import struct

import pytest

from tests.ingestion.parsing.conftest import Read
from tests.ingestion.parsing.doc.documents import (
    DELETED,
    IN_TABLE,
    LOWERED,
    RAISED,
    data_at,
    ends_row,
    fonts,
    in_font,
    in_list,
    levels,
    overrides,
    sign,
    word_97,
)

FONTS, LISTS, OVERRIDES = 0x112, 0x2E2, 0x2EA
REFERENCES, COMMENTS, AUTHORS = 0xBA, 0xC2, 0x1BA
WITH_FONTS = {FONTS: fonts("Times New Roman", "Symbol", "Wingdings")}
CLAUSES = {
    LISTS: levels((1, 0, "\0."), (1, 0, "\0.\1"), (1, 4, "(\2)")),
    OVERRIDES: overrides(None, 5),
}


def form_field(kind: int, result: int, default: int = 0, entries: tuple[str, ...] = ()) -> bytes:
    listed = b"".join(struct.pack("<H", len(one)) + one.encode("utf-16-le") for one in entries)
    return (
        struct.pack("<IH62x", 0, 0x44)
        + struct.pack("<IHHH", 0xFFFFFFFF, kind | result << 2, 0, 0)
        + struct.pack("<HH", 0, 0)
        + struct.pack("<H", default)
        + bytes(4 * 5)
        + struct.pack("<HHH", 0xFFFF, len(entries), 0)
        + listed
    )


def test_powers_keep_their_caret(text: Read):
    runs = [("5 x 10", b""), ("6", RAISED), (" turns, H", b""), ("2", LOWERED), ("O\r", b"")]

    assert text(word_97(runs), "a.doc") == "5 x 10^6 turns, H2O"


@pytest.mark.parametrize(
    ("runs", "read"),
    [
        ([("5 ", b""), ("m", in_font(1)), ("g\r", b"")], "5 \u03bcg"),
        ([("5 ", b""), ("\uf06d", in_font(1)), ("g\r", b"")], "5 \u03bcg"),
        ([("5 ", b""), ("m", in_font(0)), ("g\r", b"")], "5 mg"),
        ([("(", sign(1, 0xF0B3)), (" 40\r", b"")], "\u2265 40"),
        ([("(", sign(2, 0xF0FE)), (" by lorry\r", b"")], "\u2611 by lorry"),
        ([("m", in_font(99)), ("g\r", b"")], "mg"),
    ],
)
def test_fonts_of_signs_are_read_as_their_signs(
    text: Read, runs: list[tuple[str, bytes]], read: str
):
    assert text(word_97(runs, tables=WITH_FONTS), "a.doc") == read


def test_deleted_text_is_not_read(text: Read):
    assert text(word_97([("September 17", DELETED), ("28\r", b"")]), "a.doc") == "28"


def test_clauses_have_the_numbers_that_word_shows(text: Read):
    paragraphs = {
        0: in_list(1),
        1: in_list(1, 1),
        2: in_list(1, 1),
        3: in_list(1, 2),
        5: in_list(1),
    }
    runs = [("Rent\rDue\rPaid\rIn cash\rA word between.\rRoof\r", b"")]

    assert text(word_97(runs, paragraphs, CLAUSES), "a.doc") == (
        "1. Rent\n1.1 Due\n1.2 Paid\n(a) In cash\n\nA word between.\n\n2. Roof"
    )


def test_a_list_that_begins_anew_has_its_own_start(text: Read):
    runs = [("one\rfive\rsix\r", b"")]
    paragraphs = {0: in_list(1), 1: in_list(2), 2: in_list(2)}

    assert text(word_97(runs, paragraphs, CLAUSES), "a.doc") == "1. one\n5. five\n6. six"


def test_bullets_are_dashes_and_a_list_without_its_table_is_paragraphs(text: Read):
    bullets = {LISTS: levels((1, 23, "\uf0b7")), OVERRIDES: overrides(None)}

    assert text(word_97([("one\r", b"")], {0: in_list(1)}, bullets), "a.doc") == "- one"
    assert text(word_97([("one\r", b"")], {0: in_list(9)}, bullets), "a.doc") == "one"


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        (form_field(1, 1), "\u2612"),
        (form_field(1, 0), "\u2610"),
        (form_field(1, 25, default=1), "\u2612"),
        (form_field(2, 1, entries=("by post", "by courier")), "by courier"),
        (form_field(2, 25, 0, ("by post", "by courier")), "by post"),
        (form_field(2, 9, entries=("by post",)), ""),
        (form_field(0, 0), "typed"),
        (b"", "typed"),
        (form_field(2, 1, entries=("by post", "by courier"))[:-9], "typed"),
    ],
)
def test_the_values_of_form_fields_are_read(text: Read, stored: bytes, read: str):
    runs = [("Sent \x13 FORMX ", b""), ("\x01", data_at(0)), ("\x14typed\x15.\r", b"")]

    assert text(word_97(runs, data=stored), "a.doc") == f"Sent {read}."


@pytest.mark.parametrize(
    ("field", "read"),
    [
        (
            '\x13 HYPERLINK "https://a.example/f" \x01\x14the form\x15',
            "the form (https://a.example/f)",
        ),
        ('\x13 HYPERLINK \\l "_Toc1" \x14the form\x15', "the form"),
        ('\x13 SYMBOL 109 \\f "Symbol" \x15', "\u03bc"),
        ("\x13 PAGE \x147\x15", "7"),
    ],
)
def test_fields_show_results_addresses_and_symbols(text: Read, field: str, read: str):
    assert text(word_97([(f"See {field}.\r", b"")]), "a.doc") == f"See {read}."


def test_comments_follow_their_paragraph_with_their_authors(text: Read):
    reference = struct.pack("<20xH8x", 0)
    tables = {
        REFERENCES: struct.pack("<II", 9, 99) + reference,
        COMMENTS: struct.pack("<III", 0, 10, 11),
        AUTHORS: struct.pack("<H", 3) + "Ada".encode("utf-16-le"),
    }
    runs = [("The roof.\x05\rMore.\r", b"")]

    assert text(word_97(runs, tables=tables, comments="\x05 Leaks?\r\r\r"), "a.doc") == (
        "The roof.\n\nComment by Ada: Leaks?\n\nMore."
    )


@pytest.mark.parametrize("where", [FONTS, LISTS, OVERRIDES, REFERENCES, 0xA2, 0xFA])
def test_damaged_tables_cost_no_text(text: Read, where: int):
    tables = {**CLAUSES, **WITH_FONTS, where: b"\xff" * 50}

    read = text(word_97([("5 ", b""), ("m", in_font(1)), ("g\r", b"")], tables=tables), "a.doc")

    assert read in ("5 mg", "5 \u03bcg")


def test_a_cell_that_spans_rows_is_repeated_in_each(text: Read):
    rows = ((3, 0), (1, 0), (0, 0), (1, 0))
    runs = [("Wells\x07Rope\x07\x07\x07Pail\x07\x07\x07Lid\x07\x07\x07Jar\x07\x07After.\r", b"")]
    settings = {
        3 * row + column: IN_TABLE if column < 2 else ends_row(*merges)
        for row, merges in enumerate(rows)
        for column in range(3)
    }

    assert text(word_97(runs, settings), "a.doc") == (
        "Wells | Rope\nWells | Pail\n | Lid\n | Jar\n\nAfter."
    )


def test_a_damaged_row_costs_no_text(text: Read):
    settings = {0: IN_TABLE, 1: IN_TABLE, 2: ends_row(3, 0)[:-30]}

    assert text(word_97([("a\x07b\x07\x07", b"")], settings), "a.doc") == "a | b"
