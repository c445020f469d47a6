"""The text and the attachments of winmail.dat, which Outlook packs for Outlook alone."""

import struct
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.parsing.mail.winmail import _winmail
from tests.ingestion.parsing.conftest import Read
from tests.ingestion.parsing.documents import docx

BODY, PROPERTIES, CODE_PAGE = 0x0002800C, 0x00069003, 0x00069007
NEXT, TITLE, DATA, ATTACHED = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
UNICODE, BINARY, LONG = 0x1F, 0x102, 0x03


def winmail(*attributes: tuple[int, bytes]) -> bytes:
    return b"\x78\x9f\x3e\x22\x01\x00" + b"".join(
        struct.pack("<BII", 2, number, len(value)) + value + b"\0\0" for number, value in attributes
    )


def properties(*values: tuple[int, int, bytes]) -> bytes:
    """Return properties, each of (type, number, value)."""
    packed = struct.pack("<I", len(values))
    for kind, number, value in values:
        packed += struct.pack("<HH", kind, number)
        if number >= 0x8000:
            name = "Named\0".encode("utf-16-le")
            packed += bytes(16) + struct.pack("<II", 1, len(name)) + name.ljust(12, b"\0")
        if kind == LONG:
            packed += value
        else:
            padding = bytes(-len(value) % 4)
            packed += struct.pack("<II", 1, len(value)) + value + padding
    return packed


def utf16(text: str) -> bytes:
    return f"{text}\0".encode("utf-16-le")


def test_text_and_attachments_are_read(text: Read):
    content = winmail(
        (CODE_PAGE, struct.pack("<II", 1252, 0)),
        (BODY, "Die Tür\r\nklemmt.\0".encode("cp1252")),
        (NEXT, b""),
        (TITLE, b"DOOR~1.DOC\0"),
        (DATA, docx("Oil the hinge.")),
        (ATTACHED, properties((UNICODE, 0x3707, utf16("door repair.docx")))),
        (NEXT, b""),
        (TITLE, b"notes.txt\0"),
        (DATA, b"Use oil nine."),
    )

    assert text(content, "winmail.dat") == (
        "Die Tür\nklemmt.\n\nAttachment: door repair.docx\n\nOil the hinge.\n\n"
        "Attachment: notes.txt\n\nUse oil nine."
    )


@pytest.mark.parametrize(
    "value",
    [
        (UNICODE, 0x1000, utf16("Größe 9")),
        (BINARY, 0x1013, b"<meta charset=utf-8><p>Gr\xc3\xb6\xc3\x9fe 9"),
        (BINARY, 0x1009, struct.pack("<4I", 40, 40, 0x414C454D, 0) + b"{\\rtf1 Gr\\'f6\\'dfe 9}"),
    ],
    ids=["text", "page", "rtf"],
)
def test_the_text_may_be_among_the_properties(text: Read, value: tuple[int, int, bytes]):
    others = [(LONG, 0x0E07, bytes(4)), (UNICODE, 0x8001, utf16("named"))]

    found = text(winmail((PROPERTIES, properties(*others, value))), "winmail.dat")

    assert found.strip() == "Größe 9"


def test_in_a_mail_it_is_opened_like_a_mail(text: Read):
    mail = EmailMessage()
    mail["From"] = "ada@example.org"
    content = winmail((NEXT, b""), (TITLE, b"a.txt\0"), (DATA, b"Wombats dig."))
    mail.set_content(content, "application", "ms-tnef", filename="winmail.dat")

    found = text(bytes(mail), "a.eml")

    assert found.startswith("From: ada@example.org\n\nAttachment: winmail.dat\n\n")
    assert found.endswith("Attachment: a.txt\n\nWombats dig.")


@given(
    st.lists(
        st.tuples(st.sampled_from([BODY, PROPERTIES, NEXT, TITLE, DATA, ATTACHED]), st.binary())
    ),
    st.integers(0, 200),
)
def test_no_bytes_break_it(attributes: list[tuple[int, bytes]], length: int):
    content = winmail(*attributes)

    _winmail(content)
    _winmail(content[:length])
