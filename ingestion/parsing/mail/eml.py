"""Mails as they are sent: the headers, the text, then the attachments."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from ingestion.last_errors import CorruptFile
from ingestion.parsing.attachments import Attachments
from ingestion.parsing.mail import parts
from ingestion.parsing.mail.headers import filename, header
from ingestion.parsing.mail.letter import body_sections, header_section
from ingestion.parsing.mail.mbox import mails
from ingestion.parsing.mail.source import parse_mail
from ingestion.parsing.sections import Section

_HEADERS = ("From", "To", "Cc", "Subject", "Date")


def read_eml(path: Path, attachments: Attachments) -> Iterator[Section]:
    """Yield a mail's sections under its subject, and those of an attachment under its name.

    The file may hold several mails.
    """
    for file in mails(path):
        yield from _sections(file, attachments)


def _sections(file: BinaryIO, attachments: Attachments) -> Iterator[Section]:
    """Yield the sections of one mail.

    This is a separate function so that the mail's memory, several times its size, is free before
    the next mail is read.
    """
    try:
        mail = parse_mail(file)
        found = parts.split(mail)
    except RecursionError as error:
        raise CorruptFile("Its parts are nested without end: forward what matters.") from error
    subject = header(mail, "Subject") or None
    headers = {name: value for name in _HEADERS if (value := header(mail, name))}
    yield header_section(headers, subject)
    alone = len(found.bodies) == 1 and not headers and not found.attached
    for body in found.bodies:
        text = parts.text_sections(body)
        yield from text if alone else body_sections(text, subject)
    for number, part in enumerate(found.attached, start=1):
        yield from attachments.read(filename(part, number), parts.content(part))
