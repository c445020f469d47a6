"""Outlook's messages: the headers, the text, then the attachments.

Outlook stores numbered properties in an OLE file, as specified in [MS-OXMSG].
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from struct import iter_unpack

from olefile import STGTY_STORAGE, STGTY_STREAM, OleFileIO

from ingestion.parsing.attachments import (
    MAX_DEPTH,
    TOO_DEEP,
    Attachments,
    attachment_section,
    unread_attachment,
)
from ingestion.parsing.containers import ole
from ingestion.parsing.decoding import decode
from ingestion.parsing.decoding.code_pages import code_page
from ingestion.parsing.html import html_sections
from ingestion.parsing.mail.compressed_rtf import decompress
from ingestion.parsing.mail.letter import body_sections, header_section
from ingestion.parsing.rtf import rtf_sections
from ingestion.parsing.sections import Section

_SUBJECT, _TEXT, _HTML, _RTF = 0x0037, 0x1000, 0x1013, 0x1009
_SENDER, _ADDRESS, _SMTP_ADDRESS, _TO, _CC = 0x0C1A, 0x0C1F, 0x5D01, 0x0E04, 0x0E03
_SENT, _RECEIVED = 0x0039, 0x0E06
_CONTENT, _SHORT_NAME, _LONG_NAME, _SHOWN_NAME = 0x3701, 0x3704, 0x3707, 0x3001
_MESSAGE_CODE_PAGE, _HTML_CODE_PAGE = 0x3FFD, 0x3FDE

_ATTACHMENT = "__attach_version1.0_#"
_MESSAGE = "__substg1.0_3701000D"  # a message that is an attachment
_LISTING = "__properties_version1.0"
_ENTRY = 16  # bytes, counted from the end, because the length of the header before them varies
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)

Storage = list[str]
"""The path of a folder in the OLE file."""


def read_msg(path: Path, attachments: Attachments) -> Iterator[Section]:
    """Yield a message's sections under its subject, and those of an attachment under its name."""
    with ole.open_ole(path) as file:
        yield from _message(file, [], attachments)


def _message(file: OleFileIO, storage: Storage, attachments: Attachments) -> Iterator[Section]:
    with ole.errors_as_corrupt():
        message = Properties(file, storage)
        attached = message.storages(_ATTACHMENT)
        subject = message.text(_SUBJECT) or None
        name, address = message.text(_SENDER), message.text(_SMTP_ADDRESS, _ADDRESS)
        headers = {
            "From": f"{name} <{address}>" if name and "@" in address != name else name or address,
            "To": message.text(_TO),
            "Cc": message.text(_CC),
            "Subject": message.text(_SUBJECT),
            "Date": message.date(_SENT, _RECEIVED),
        }
        yield header_section(headers, subject)
        yield from body_sections(_body(message), subject, "message")
    for number, inner in enumerate(attached, start=1):
        yield from _attachment(file, inner, number, attachments)


def _body(message: "Properties") -> Iterator[Section]:
    """Yield the message's text: HTML if there is any, since it has tables and headings, or else
    plain text, or else RTF."""
    if html := message.data(_HTML).rstrip(b"\0"):
        yield from html_sections(decode(html, message.encoding(_HTML_CODE_PAGE) or None))
    elif html_text := message.text(_HTML):
        yield from html_sections(html_text)
    elif text := message.text(_TEXT):
        yield Section(text.replace("\r\n", "\n"))
    elif rtf := message.data(_RTF):
        yield from rtf_sections(decompress(rtf))


def _attachment(
    file: OleFileIO, storage: Storage, number: int, attachments: Attachments
) -> Iterator[Section]:
    with ole.errors_as_corrupt():
        attached = Properties(file, storage)
        name = attached.text(_LONG_NAME, _SHORT_NAME, _SHOWN_NAME) or f"file {number}"
        is_message = bool(attached.storages(_MESSAGE))
        content = attached.data(_CONTENT)
    if not is_message:
        yield from attachments.read(name, content)
    elif len(storage) // 2 < MAX_DEPTH:
        yield attachment_section(name)
        yield from _message(file, [*storage, _MESSAGE], attachments)
    else:
        yield from unread_attachment(name, TOO_DEEP)


class Properties:
    """The properties of a message or an attachment, which are in a storage of the file."""

    def __init__(self, file: OleFileIO, storage: Storage) -> None:
        self._file = file
        self._storage = storage
        self._here = file.root
        for name in storage:
            self._here = self._here.kids_dict[name.lower()]
        listing = self._stream(_LISTING)
        entries = iter_unpack("<HHIq", listing[len(listing) % _ENTRY :])
        self._numbers = {number: value for _, number, _, value in entries}

    def text(self, *properties: int) -> str:
        """Return the text of the first of these properties that has any, or nothing."""
        for number in properties:
            unicode = self._stream(f"__substg1.0_{number:04X}001F")
            if text := unicode.decode("utf-16-le", "replace").rstrip("\0"):
                return text
            narrow = self._stream(f"__substg1.0_{number:04X}001E")
            encoding = self.encoding(_MESSAGE_CODE_PAGE, "cp1252")
            if text := narrow.decode(encoding, "replace").rstrip("\0"):
                return text
        return ""

    def data(self, number: int) -> bytes:
        return self._stream(f"__substg1.0_{number:04X}0102")

    def date(self, *properties: int) -> str:
        """Return the first of these dates that the message has, in UTC, or nothing."""
        ticks = next((self._numbers[one] for one in properties if one in self._numbers), 0)
        if not 0 < ticks < 2**61:
            return ""
        return f"{_EPOCH + timedelta(microseconds=ticks // 10):%Y-%m-%d %H:%M} UTC"

    def encoding(self, number: int, default: str = "") -> str:
        """Return the character set of this property's code page, or `default`."""
        return code_page(self._numbers.get(number, 0) & 0xFFFFFFFF, default)

    def storages(self, beginning: str) -> list[Storage]:
        """Return the storages in this one whose names have this beginning, sorted by name."""
        names = [kid.name for kid in self._here.kids if kid.entry_type == STGTY_STORAGE]
        return [[*self._storage, name] for name in sorted(names) if name.startswith(beginning)]

    def _stream(self, name: str) -> bytes:
        entry = self._here.kids_dict.get(name.lower())
        if entry is None or entry.entry_type != STGTY_STREAM:
            return b""
        # `openstream` is avoided, because it would search all attachments for the name.
        data: bytes = self._file._open(entry.isectStart, entry.size).read()
        return data
