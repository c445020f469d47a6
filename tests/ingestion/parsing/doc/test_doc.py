import struct
from pathlib import Path

import pytest
from olefile import OleFileIO

from ingestion.last_errors import CorruptFile, EmptyFile, EncryptedFile, UnsupportedFile
from ingestion.parsing import Section
from tests.ingestion.hostile.compound import compound
from tests.ingestion.parsing.conftest import Read, Sections

HANDBOOK = (Path(__file__).parents[1] / "samples" / "handbook.doc").read_bytes()
FLAGS, PIECES = 0x0A, 0x1A2


def with_bytes_at(at: int, value: bytes) -> bytes:
    """Return the handbook with other bytes at one offset of its main stream."""
    with OleFileIO(HANDBOOK) as file:
        document = bytearray(file.openstream("WordDocument").read())
        table = file.openstream("1Table").read()
    document[at : at + len(value)] = value
    return compound({"WordDocument": bytes(document), "1Table": table})


def word_95(body: bytes, *, flags: int = 0) -> bytes:
    header = bytearray(0x300)
    struct.pack_into("<HH", header, 0, 0xA5DC, 104)
    struct.pack_into("<H", header, FLAGS, flags)
    struct.pack_into("<I", header, 0x18, len(header))
    struct.pack_into("<I", header, 0x34, len(body))
    return compound({"WordDocument": bytes(header) + body})


def test_a_document_is_read_with_its_headings_lists_tables_headers_and_footers(sections: Sections):
    assert sections(HANDBOOK, "a.doc") == [
        Section("Handbook\n\nConfidential"),
        Section(
            "Leave\n\nThirty days a year: “Zürich”, 日本語, 😀.\n\n- one\n- two\n\n"
            "Grade | Days | \nA and B | 30 | paid",
            heading="Leave",
        ),
        Section("Pay\n\nPaid monthly.\n\nAfter the break.", heading="Pay"),
    ]


def test_text_is_read_in_the_order_of_pieces_and_not_of_the_file(text: Read):
    assert text(with_bytes_at(0, b""), "a.doc") == text(HANDBOOK, "a.doc")


def test_word_95_is_read(text: Read):
    assert text(
        word_95(b"Z\xfcrich\r\x13 HYPERLINK x \x14link\x15 \x01here\x0bthere\r"), "a.doc"
    ) == ("Zürich\n\nlink (x) here\nthere")


def test_a_fast_saved_file_of_word_95_is_refused_with_advice(sections: Sections):
    with pytest.raises(UnsupportedFile) as failure:
        sections(word_95(b"x\r", flags=4), "a.doc")

    assert str(failure.value) == (
        "The file type is not supported. It was saved by Word 95 in parts: save it as .docx and"
        " upload that."
    )


def test_a_file_with_a_password_is_refused(sections: Sections):
    with pytest.raises(EncryptedFile) as failure:
        sections(with_bytes_at(FLAGS, struct.pack("<H", 0x0300)), "a.doc")

    assert str(failure.value) == (
        "The file could not be parsed. It is protected by a password: remove the protection and"
        " upload it again."
    )


@pytest.mark.parametrize(
    "content",
    [
        HANDBOOK[:1000],
        HANDBOOK[: len(HANDBOOK) // 2],
        with_bytes_at(PIECES, struct.pack("<II", 0x7FFFFFF0, 21)),
        with_bytes_at(PIECES, struct.pack("<II", 0, 0)),
        with_bytes_at(FLAGS, struct.pack("<H", 0x0000)),
        with_bytes_at(0x102, struct.pack("<II", 0, 0xFFFFFFF0)),
    ],
    ids=["header", "half", "pieces far away", "no pieces", "the other table", "no properties"],
)
def test_a_damaged_document_is_refused(sections: Sections, content: bytes):
    with pytest.raises(CorruptFile, match="damaged or incomplete"):
        sections(content, "a.doc")


def test_a_document_without_text_is_empty(sections: Sections):
    with pytest.raises(EmptyFile):
        sections(word_95(b"\r\x0c\r"), "a.doc")


@pytest.mark.parametrize(
    ("fields", "read"),
    [
        (b"a \x13 PAGE \x14 7\x15 b", "a  7 b"),
        (b"a \x13 PAGE \x15b", "a b"),
        (b"a \x13 IF \x13 DATE \x14 May\x15 = June \x14 yes\x15 b", "a  yes b"),
        (b"a \x13 TOC \x14 one \x13 REF \x14 two\x15 three\x15 b", "a  one  two three b"),
        (b"a \x13 TOC \x14 first", "a  first"),
        (b"last\x15 b", "last b"),
        (b"a \x13 in the middle of it", "a  in the middle of it"),
    ],
)
def test_the_result_of_a_field_is_read_but_not_its_instruction(
    text: Read, fields: bytes, read: str
):
    assert text(word_95(fields), "a.doc") == read


def word_95_in(body: str, code_page: str, *, language: int = 0, font: int | None = None) -> bytes:
    """Return a file of Word 95 in this code page, which its language or a font may tell."""
    stored = body.encode(code_page)
    header = bytearray(0x300)
    fonts = b"" if font is None else bytes([2 + 10, 0, 9, 0, 0, 0, font, 0]) + b"Arial\0"
    header[0x200 : 0x200 + len(fonts)] = fonts
    struct.pack_into("<HHxxH", header, 0, 0xA5DC, 104, language)
    struct.pack_into("<I", header, 0x18, len(header))
    struct.pack_into("<I", header, 0x34, len(stored))
    struct.pack_into("<II", header, 0xD0, 0x200, len(fonts))
    return compound({"WordDocument": bytes(header) + stored})


RUSSIAN = "Компания предлагает со склада в Москве ассортимент вин.\r"  # noqa: RUF001


@pytest.mark.parametrize(
    ("body", "code_page", "told_by"),
    [
        (RUSSIAN, "cp1251", {}),
        (RUSSIAN, "cp1251", {"font": 0xCC}),
        ("A table of Москва and others in English\r", "cp1251", {"language": 0x419}),
        ("před lety\r", "cp1250", {"font": 0xEE}),
        ("před lety\r", "cp1250", {"language": 0x405}),
        ("東京の会議\r", "cp932", {"font": 0x80}),
        ("Zürich café\r", "cp1252", {"language": 0x407, "font": 0}),
    ],
)
def test_word_95_is_read_in_its_own_code_page(
    text: Read, body: str, code_page: str, told_by: dict[str, int]
):
    assert text(word_95_in(body, code_page, **told_by), "a.doc") == body.strip()
