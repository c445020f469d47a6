"""Word, Excel and PowerPoint before 2007, with wrong offsets and counts."""

import struct
from io import BytesIO
from pathlib import Path

from msoffcrypto.format.ooxml import OOXMLFile

from ingestion.last_errors import CorruptFile, EncryptedFile
from tests.ingestion.hostile.compound import (
    SIGNATURE,
    compound,
    looped,
    siblings_in_a_circle,
    tables_in_a_circle,
)
from tests.ingestion.hostile.corpus import hostile, text
from tests.ingestion.hostile.legacy_streams import doc, label, piece_table, ppt, record, xls
from tests.ingestion.hostile.packages import docx, paragraph, write

WORDS = "The needle is in this haystack. " * 200


@hostile("plain.doc", text("needle"))
def an_honest_old_word_document_to_compare_the_others_with(path: Path) -> None:
    path.write_bytes(compound(doc(WORDS)))


@hostile("half.doc", CorruptFile)
def the_first_half_of_an_old_word_document(path: Path) -> None:
    content = compound(doc(WORDS))
    path.write_bytes(content[: len(content) // 2])


@hostile("pieces-outside.doc", text("needle"))
def pieces_that_lie_outside_of_the_document(path: Path) -> None:
    pieces = piece_table([0, 1_000_000_000, 2_000_000_000], [0x400, 0x1FFF_0000])
    path.write_bytes(compound(doc(WORDS, pieces=pieces)))


@hostile("pieces-overlap.doc", text("needle"))
def a_hundred_thousand_pieces_of_the_same_text(path: Path) -> None:
    size = len(WORDS)
    pieces = piece_table([n * size for n in range(100_001)], [0x400] * 100_000)
    path.write_bytes(compound(doc(WORDS, pieces=pieces)))


@hostile("pieces-backwards.doc", text("needle"))
def pieces_that_end_before_they_begin(path: Path) -> None:
    path.write_bytes(compound(doc(WORDS, pieces=piece_table([5_000, 10, 0], [0x400, 0x400]))))


@hostile("pieces-nowhere.doc", CorruptFile)
def a_piece_table_four_gigabytes_away(path: Path) -> None:
    path.write_bytes(compound(doc(WORDS, clx=(0xFFFF_FF00, 0xFFFF_FFFF))))


@hostile("encrypted.doc", EncryptedFile)
def an_old_word_document_with_a_password(path: Path) -> None:
    path.write_bytes(compound(doc(WORDS, flags=0x0300)))


@hostile("looped.doc", text("needle"))
def a_compound_file_whose_chains_of_sectors_are_circles(path: Path) -> None:
    path.write_bytes(looped(compound(doc(WORDS))))


@hostile("looped.xls", text("needle"))
def a_workbook_whose_chains_of_sectors_are_circles(path: Path) -> None:
    path.write_bytes(looped(compound(xls(label(0, 0)))))


@hostile("no-streams.doc", CorruptFile)
def a_compound_file_without_a_document(path: Path) -> None:
    path.write_bytes(compound({"Other": b"x" * 5_000}))


for _kind in ("doc", "xls", "ppt", "msg"):

    @hostile(f"signature.{_kind}", CorruptFile)
    def only_the_first_bytes_of_an_old_office_file(path: Path) -> None:
        path.write_bytes(SIGNATURE + b"\xff" * 5_000)


@hostile("plain.xls", text("needle"))
def an_honest_old_workbook_to_compare_the_others_with(path: Path) -> None:
    path.write_bytes(compound(xls(label(0, 0), label(1, 1))))


@hostile("many-strings.xls", text("needle"))
def four_billion_strings_announced(path: Path) -> None:
    strings = struct.pack("<2I", 0xFFFF_FFFF, 0xFFFF_FFFF)
    path.write_bytes(compound(xls(label(0, 0), strings=strings)))


@hostile("far-corner.xls", CorruptFile)
def an_old_workbook_with_cells_in_both_corners(path: Path) -> None:
    path.write_bytes(compound(xls(label(0, 0), label(65_535, 65_535))))


@hostile("encrypted.xls", EncryptedFile)
def an_old_workbook_with_a_password(path: Path) -> None:
    password = record(0x2F, struct.pack("<3H", 1, 1, 1) + bytes(48))
    path.write_bytes(compound(xls(label(0, 0), flags=password)))


@hostile("encrypted.pptx", EncryptedFile)
def a_deck_with_a_password(path: Path) -> None:
    write(path, docx(paragraph("needle")))  # any document will do, because its kind is encrypted
    OOXMLFile(BytesIO(path.read_bytes())).encrypt("secret", opened := BytesIO())
    path.write_bytes(opened.getvalue())


@hostile("nested-records.ppt", CorruptFile)
def records_in_records_50_000_deep(path: Path) -> None:
    levels = (struct.pack("<2HI", 0x0F, 0x03E8, 8 * n) for n in reversed(range(50_000)))
    path.write_bytes(compound({"PowerPoint Document": b"".join(levels), "Current User": bytes(40)}))


@hostile("long-record.ppt", CorruptFile)
def a_record_of_four_gigabytes(path: Path) -> None:
    slides = struct.pack("<2HI", 0x0F, 0x03E8, 0xFFFF_FFFF) + struct.pack(
        "<2HI", 0, 0x0FA8, 0xFFFF_FFF0
    )
    deck = (slides + b"needle").ljust(5_000, b"\0")
    path.write_bytes(compound({"PowerPoint Document": deck, "Current User": bytes(40)}))


@hostile("siblings-in-a-circle.doc", CorruptFile)
def a_compound_file_whose_directory_is_a_circle(path: Path) -> None:
    path.write_bytes(siblings_in_a_circle(compound(doc(WORDS))))


@hostile("tables-in-a-circle.xls", CorruptFile)
def a_compound_file_whose_table_of_tables_is_a_circle(path: Path) -> None:
    path.write_bytes(tables_in_a_circle(compound(xls(label(0, 0)))))


@hostile("no-pieces.doc", CorruptFile)
def an_old_word_document_without_pieces(path: Path) -> None:
    table = b"\x02" + struct.pack("<2I", 4, 0)
    tree = doc(WORDS, clx=(0, len(table)))
    path.write_bytes(compound({**tree, "1Table": table.ljust(4096, b"\0")}))


@hostile("fields-in-fields.doc", text("needle", "end"))
def fields_in_fields_100_000_deep(path: Path) -> None:
    fields = "\x13" * 100_000 + "\x15" * 100_000
    path.write_bytes(compound(doc(f"needle {fields} end")))


@hostile("plain.ppt", text("needle", "outline"))
def an_honest_old_deck_to_compare_the_others_with(path: Path) -> None:
    path.write_bytes(compound(ppt("needle", outline=("outline",))))


@hostile("saved-before-itself.ppt", text("needle"))
def a_deck_whose_last_save_comes_before_itself(path: Path) -> None:
    path.write_bytes(compound(ppt("needle", saved_before=True)))


@hostile("outline.ppt", text("needle", "line 14999"))
def a_slide_of_15_000_shapes_and_as_many_lines_of_outline(path: Path) -> None:
    shapes = (f"needle {n}" for n in range(15_000))
    path.write_bytes(compound(ppt(*shapes, outline=tuple(f"line {n}" for n in range(15_000)))))
