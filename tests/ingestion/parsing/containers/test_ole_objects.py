import struct

import pytest

from ingestion.last_errors import CorruptFile
from ingestion.parsing.containers.ole_objects import embedded_file, holds_equation
from tests.ingestion.hostile.compound import Tree, compound
from tests.ingestion.parsing.documents import docx, pdf

OBJECT = "oleObject1.bin"
WORD = docx("hello")


def dropped(name: bytes, content: bytes) -> bytes:
    """Return the data that Packager keeps for a file that was dropped into a document."""
    path = b"C:\\Temp\\" + name + b"\0"
    body = struct.pack("<H", 2) + name + b"\0" + path + struct.pack("<HHI", 0, 3, len(path)) + path
    body += struct.pack("<I", len(content)) + content
    return struct.pack("<I", len(body)) + body


@pytest.mark.parametrize(
    ("streams", "found"),
    [
        ({"Package": WORD}, ("oleObject1.docx", WORD)),
        ({"package": WORD, "\x01CompObj": b"x"}, ("oleObject1.docx", WORD)),
        ({"EmbeddedOdf": b"PK of another program"}, (OBJECT, b"PK of another program")),
        ({"CONTENTS": pdf("hello")}, ("oleObject1.pdf", None)),
        ({"\x01Ole10Native": dropped(b"notes.txt", b"hello")}, ("notes.txt", b"hello")),
        ({"\x01Ole10Native": dropped(b"C:\\a\\notes.txt", b"hello")}, ("notes.txt", b"hello")),
        ({"\x01Ole10Native": dropped(b"", b"hello")}, (OBJECT, b"hello")),
        ({"\x01Ole10Native": struct.pack("<I", 7) + b"{\\rtf1}"}, ("oleObject1.rtf", b"{\\rtf1}")),
    ],
)
def test_the_file_in_an_object_is_found(streams: Tree, found: tuple[str, bytes | None]):
    name, content = embedded_file(OBJECT, compound(streams)) or ("", b"")

    assert name == found[0]
    assert content == (found[1] or streams["CONTENTS"])


@pytest.mark.parametrize(
    ("stream", "suffix"),
    [
        ("Workbook", ".xls"),
        ("BOOK", ".xls"),
        ("WordDocument", ".doc"),
        ("PowerPoint Document", ".ppt"),
    ],
)
def test_an_old_document_is_its_own_file(stream: str, suffix: str):
    content = compound({stream: b"x", "Package": b"y"})

    assert embedded_file(OBJECT, content) == (f"oleObject1{suffix}", content)


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"plain words", b"\xd0\xcf"])
def test_a_file_that_is_no_object_is_itself(content: bytes):
    assert embedded_file("a.bin", content) == ("a.bin", content)


def test_an_unknown_object_is_returned_as_it_is():
    content = compound({"VisioDocument": b"x"})

    assert embedded_file(OBJECT, content) == (OBJECT, content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        compound({"\x01Ole10Native": bytes(6)}),
        compound({"\x01Ole10Native": dropped(b"a.txt", b"")}),
        compound({"\x01CompObj": b"..PBrush", "\x01Ole10Native": b"\x04\0\0\0BM.."}),
        compound({"\x01CompObj": b"..Adobe Photoshop Image", "CONTENTS": b"8BPS"}),
        compound({}),
        compound({"\x01CompObj": b"x", "\x01Ole": b"x", "\x02OlePres000": b"x"}),
    ],
    ids=["no bytes", "no data", "an empty file", "a picture", "a drawing", "no stream", "looks"],
)
def test_an_object_without_a_file_is_nothing(content: bytes):
    assert embedded_file(OBJECT, content) is None


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (compound({"equation native": b"x"}), True),
        (compound({"\x01CompObj": b"..Equation.2", "\x01Ole10Native": b"x"}), True),
        (compound({"Package": WORD}), False),
        (b"", False),
    ],
)
def test_an_equation_of_an_old_kind_is_recognised(content: bytes, expected: bool):
    assert holds_equation(content) is expected


@pytest.mark.parametrize("length", [0, 3, 8, 12, 20, 30])
def test_truncated_data_of_a_dropped_file_harms_nothing_else(length: int):
    content = compound({"\x01Ole10Native": dropped(b"notes.txt", b"hello")[:length]})

    try:
        found = embedded_file(OBJECT, content)
    except CorruptFile:
        found = None

    assert found is None or found[1] in dropped(b"notes.txt", b"hello")


def test_a_damaged_object_is_refused():
    with pytest.raises(CorruptFile):
        embedded_file(OBJECT, compound({"Package": WORD})[:700])
