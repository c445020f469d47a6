"""Outlook's messages: who wrote to whom about what, the text, and then what is attached."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from olefile import OleFileIO

from ingestion.last_errors import IngestionError
from ingestion.parsing.decoding import decode
from ingestion.parsing.html import html_sections
from ingestion.parsing.mail import msg_properties as msg
from ingestion.parsing.mail.attachments import MAX_DEPTH, Attachments
from ingestion.parsing.mail.compressed_rtf import unpacked
from ingestion.parsing.mail.msg_properties import Properties, Storage
from ingestion.parsing.office import ole
from ingestion.parsing.office.rtf import rtf_sections
from ingestion.parsing.sections import Section

_ATTACHMENT = "__attach_version1.0_#"
_MESSAGE = "__substg1.0_3701000D"  # that is itself an attachment


def read_msg(path: Path, attachments: Attachments) -> Iterator[Section]:
    """Sections under the message's subject, those of an attachment under its own name."""
    with ole.opened(path) as file:
        yield from _message(file, [], attachments)


def _message(file: OleFileIO, storage: Storage, attachments: Attachments) -> Iterator[Section]:
    with ole.blamed():
        message = Properties(file, storage)
        attached = message.storages(_ATTACHMENT)
        yield from _letter(message)
    for number, inner in enumerate(attached, start=1):
        yield from _attachment(file, inner, number, attachments)


def _letter(message: Properties) -> Iterator[Section]:
    subject = message.text(msg.SUBJECT) or None
    yield Section("\n".join(_headers(message)), heading=subject)
    try:
        for section in _body(message):
            yield replace(section, heading=section.heading or subject)
    except IngestionError as error:
        yield Section(f"(The text of the message is not read: {error})", heading=subject)


def _headers(message: Properties) -> Iterator[str]:
    name, address = message.text(msg.SENDER), message.text(msg.SMTP_ADDRESS, msg.ADDRESS)
    values = {
        "From": f"{name} <{address}>" if name and "@" in address != name else name or address,
        "To": message.text(msg.TO),
        "Cc": message.text(msg.CC),
        "Subject": message.text(msg.SUBJECT),
        "Date": message.date(msg.SENT, msg.RECEIVED),
    }
    return (f"{name}: {' '.join(value.split())}" for name, value in values.items() if value)


def _body(message: Properties) -> Iterator[Section]:
    """HTML has the tables and headings; RTF is there for what was written without either."""
    if html := message.data(msg.HTML).rstrip(b"\0"):
        yield from html_sections(decode(html, message.html_encoding or None))
    elif html_text := message.text(msg.HTML):
        yield from html_sections(html_text)
    elif text := message.text(msg.TEXT):
        yield Section(text.replace("\r\n", "\n"))
    elif rtf := message.data(msg.RTF):
        yield from rtf_sections(unpacked(rtf))


def _attachment(
    file: OleFileIO, storage: Storage, number: int, attachments: Attachments
) -> Iterator[Section]:
    with ole.blamed():
        attached = Properties(file, storage)
        name = attached.text(msg.LONG_NAME, msg.SHORT_NAME, msg.SHOWN_NAME) or f"file {number}"
        is_message = bool(attached.storages(_MESSAGE))
        content = attached.data(msg.CONTENT)
    if not is_message:
        yield from attachments.read(name, content)
    elif len(storage) // 2 < MAX_DEPTH:
        yield Section(f"Attachment: {name}", heading=name)
        yield from _message(file, [*storage, _MESSAGE], attachments)
    else:
        said = f"Attachment: {name} (not read: mails are opened {MAX_DEPTH} deep)"
        yield Section(said, heading=name)
