"""Mails: who wrote to whom about what, the text, and then what is attached."""

import email
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from ingestion.last_errors import CorruptFile, IngestionError
from ingestion.parsing.decoding import decode
from ingestion.parsing.html import html_sections
from ingestion.parsing.mail.attachments import Attachments
from ingestion.parsing.mail.headers import filename, header
from ingestion.parsing.mail.mbox import mails
from ingestion.parsing.mail.parts import Part, content, divided
from ingestion.parsing.sections import Section, in_sections

_HEADERS = ("From", "To", "Cc", "Subject", "Date")


def read_eml(path: Path, attachments: Attachments) -> Iterator[Section]:
    """Sections under the mail's subject, those of an attachment under its own name. There may be
    several mails in the file."""
    for file in mails(path):
        yield from _read(file, attachments)


def _read(file: BinaryIO, attachments: Attachments) -> Iterator[Section]:
    try:
        mail = email.message_from_binary_file(file)
        bodies, attached = divided(mail)
    except RecursionError as error:
        raise CorruptFile("Its parts are nested without end: forward what matters.") from error
    subject = header(mail, "Subject") or None
    headers = [f"{name}: {value}" for name in _HEADERS if (value := header(mail, name))]
    yield Section("\n".join(headers), heading=subject)
    alone = len(bodies) == 1 and not headers and not attached
    for body in bodies:
        yield from _text(body) if alone else _body(body, subject)
    for number, part in enumerate(attached, start=1):
        yield from attachments.read(filename(part, number), content(part))


def _body(part: Part, subject: str | None) -> Iterator[Section]:
    """A mail is not lost for a text that cannot be read: its attachments may be what matters."""
    try:
        for section in _text(part):
            yield replace(section, heading=section.heading or subject)
    except IngestionError as error:
        yield Section(f"(The text of the mail is not read: {error})", heading=subject)


def _text(part: Part) -> Iterator[Section]:
    text = decode(content(part), part.get_content_charset())
    return html_sections(text) if part.get_content_type() == "text/html" else in_sections([text])
