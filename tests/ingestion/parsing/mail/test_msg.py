import struct
from datetime import UTC, datetime

import pytest

from ingestion.last_errors import CorruptFile
from ingestion.parsing import Section
from tests.ingestion.hostile.compound import Tree, compound
from tests.ingestion.parsing.conftest import Sections
from tests.ingestion.parsing.documents import docx

SUBJECT, TEXT, HTML, RTF = "0037", "1000", "1013", "1009"
SENDER, ADDRESS, TO, CC = "0C1A", "5D01", "0E04", "0E03"
CONTENT, NAME, MESSAGE = "3701", "3707", "__substg1.0_3701000D"


def properties(**numbers: int) -> bytes:
    """Return the stream of a message's numeric properties, each given by its id."""
    entries = (
        struct.pack("<HHIq", 0x40, int(one[1:], 16), 0, value) for one, value in numbers.items()
    )
    return bytes(32) + b"".join(entries)


def message(texts: dict[str, str], **streams: "bytes | Tree") -> Tree:
    storage: Tree = {"__properties_version1.0": properties()}
    for number, words in texts.items():
        storage[f"__substg1.0_{number}001F"] = words.encode("utf-16-le")
    return storage | streams


def attachment(number: int, name: str, content: "bytes | Tree") -> Tree:
    inner: Tree = {f"__substg1.0_{NAME}001F": name.encode("utf-16-le")}
    key = f"__substg1.0_{CONTENT}0102" if isinstance(content, bytes) else MESSAGE
    return {f"__attach_version1.0_#{number:08X}": inner | {key: content}}


def test_a_message_is_its_headers_and_then_its_text(sections: Sections):
    texts = {SUBJECT: "Leave", SENDER: "Ada", ADDRESS: "ada@a.example", TO: "Bob; Eve", CC: "Zoë"}
    sent = int(
        (datetime(2026, 5, 1, 8, 30, tzinfo=UTC) - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()
    )
    storage = message(texts | {TEXT: "Thirty days.\r\nPaid."})
    storage["__properties_version1.0"] = properties(p0039=sent * 10**7)

    assert sections(compound(storage), "a.msg") == [
        Section(
            "From: Ada <ada@a.example>\nTo: Bob; Eve\nCc: Zoë\nSubject: Leave\n"
            "Date: 2026-05-01 08:30 UTC",
            heading="Leave",
        ),
        Section("Thirty days.\nPaid.", heading="Leave"),
    ]


def test_html_is_preferred_to_plain_text(sections: Sections):
    page = "<html><meta charset=utf-8><h1>Leave</h1><p>Zürich</p></html>".encode()
    storage = message({SUBJECT: "S", TEXT: "plain"}, **{f"__substg1.0_{HTML}0102": page})

    assert sections(compound(storage), "a.msg")[1:] == [Section("Leave\n\nZürich", heading="Leave")]


@pytest.mark.parametrize(
    "packed",
    [
        # The example of [MS-OXRTFCP], and RTF that is not compressed.
        bytes.fromhex(
            "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c"
            "090020627705b06c647d0a800fa0"
        ),
        struct.pack("<IIII", 31, 19, 0x414C454D, 0) + rb"{\rtf1 hello world}",
    ],
)
def test_rtf_is_read_if_there_is_no_other_text(sections: Sections, packed: bytes):
    storage = message({SUBJECT: "S"}, **{f"__substg1.0_{RTF}0102": packed})

    assert sections(compound(storage), "a.msg")[1:] == [Section("hello world", heading="S")]


def test_text_in_an_old_code_page_is_read(sections: Sections):
    storage = message({})
    storage["__substg1.0_1000001E"] = "Привет".encode("cp1251")
    storage["__properties_version1.0"] = properties(p3FFD=1251)

    assert sections(compound(storage), "a.msg")[-1].text == "Привет"


def test_attached_files_and_messages_are_read(sections: Sections):
    inner = message({SUBJECT: "Inner", TEXT: "Said."}) | attachment(0, "b.txt", b"deep " * 1000)
    outer = message({SUBJECT: "Outer", TEXT: "See."})
    outer |= attachment(0, "inner", inner) | attachment(1, "a.docx", docx("In the file."))
    outer |= attachment(2, "c.png", b"\x89PNG")

    found = [
        (section.heading, section.text.strip("\0")[:30])
        for section in sections(compound(outer), "a.msg")
    ]

    assert found[:2] == [("Outer", "Subject: Outer"), ("Outer", "See.")]
    assert found[2:6] == [
        ("inner", "Attachment: inner"),
        ("Inner", "Subject: Inner"),
        ("Inner", "Said."),
        ("b.txt", "Attachment: b.txt"),
    ]
    assert ("a.docx", "In the file.") in found


def test_messages_in_messages_are_opened_three_deep(sections: Sections):
    storage = message({SUBJECT: "4"})
    for number in (3, 2, 1, 0):
        storage = message({SUBJECT: str(number)}) | attachment(0, f"to {number + 1}", storage)

    found = "\n".join(section.text for section in sections(compound(storage), "a.msg"))

    assert "Subject: 3" in found
    assert "Subject: 4" not in found
    assert "to 4 (not read: files in files are opened 3 deep)" in found


def test_a_truncated_message_is_damaged(sections: Sections):
    content = compound(message({SUBJECT: "Leave", TEXT: "Thirty days."}))

    with pytest.raises(CorruptFile, match="damaged or incomplete"):
        sections(content[: len(content) // 2], "a.msg")
