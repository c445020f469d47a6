"""Mails as they are sent: the headers, the text, then the attachments."""

import email
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from mimetypes import guess_extension
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from ingestion.last_errors import CorruptFile, IngestionError
from ingestion.parsing.decoding import decode
from ingestion.parsing.html import html_sections
from ingestion.parsing.mail.letter import Attachments, body_sections, header_section
from ingestion.parsing.mail.mbox import mails
from ingestion.parsing.sections import Section, in_sections

_HEADERS = ("From", "To", "Cc", "Subject", "Date")
_MAX_HEADER = 10_000  # characters

_TEXTS = ("text/plain", "text/html")
_PAGE_MEDIA = ("image", "font", "audio", "video")
_PAGE_CODE = ("text/css", "text/javascript", "application/javascript")


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
        mail = email.message_from_binary_file(file)
        bodies, attached = _split(mail)
    except RecursionError as error:
        raise CorruptFile("Its parts are nested without end: forward what matters.") from error
    subject = _header(mail, "Subject") or None
    headers = {name: value for name in _HEADERS if (value := _header(mail, name))}
    yield header_section(headers, subject)
    alone = len(bodies) == 1 and not headers and not attached
    for body in bodies:
        yield from _text(body) if alone else body_sections(_text(body), subject)
    for number, part in enumerate(attached, start=1):
        yield from attachments.read(_filename(part, number), _content(part))


def _text(part: Message) -> Iterator[Section]:
    text = decode(_content(part), part.get_content_charset())
    is_page = part.get_content_type() == "text/html"
    yield from html_sections(text) if is_page else in_sections([text])


def _split(mail: Message) -> tuple[list[Message], list[Message]]:
    """Return (parts of the mail's text, attached parts), both in order.

    Of alternatives, the plain text is chosen, or else the HTML.
    """
    bodies: list[Message] = []
    attached: list[Message] = []
    waiting = [mail]
    while waiting:
        part = waiting.pop()
        kind = part.get_content_type()
        if kind == "message/rfc822":
            attached.append(part)
        elif kind == "multipart/alternative":
            waiting += _preferred(_parts(part))
        elif part.is_multipart():
            waiting += reversed(_parts(part))
        elif kind in _TEXTS and part.get_content_disposition() != "attachment":
            bodies.append(part)
        elif not _is_page_resource(part):
            attached.append(part)
    return bodies, attached


def _preferred(alternatives: list[Message]) -> list[Message]:
    """Return the alternative to read, if any.

    That is the first plain text that is not empty, or else the last HTML, since alternatives come
    the plainest first.
    """
    for part in alternatives:
        if part.get_content_type() == "text/plain" and _content(part).strip():
            return [part]
    pages = [
        part
        for part in alternatives
        if part.is_multipart() or part.get_content_type() == "text/html"
    ]
    return pages[-1:] or alternatives[-1:]


def _is_page_resource(part: Message) -> bool:
    """Return whether a part is a resource of the HTML, such as a picture, and not an attachment."""
    referred = part["Content-ID"] or part["Content-Location"]
    belongs = part.get_content_maintype() in _PAGE_MEDIA or part.get_content_type() in _PAGE_CODE
    return bool(referred and belongs and part.get_content_disposition() != "attachment")


def _parts(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if part.is_multipart() else []


def _content(part: Message) -> bytes:
    """Return a part's content, decoded from base64 or the like.

    A forwarded message is serialized again, because the library has parsed it already.
    """
    if part.get_content_type() == "message/rfc822":
        return b"".join(inner.as_bytes() for inner in _parts(part))
    decoded = part.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else b""


def _header(part: Message, name: str) -> str:
    """Return a header's decoded value on one line, or nothing if it is missing."""
    found = (value for key, value in part.raw_items() if key.lower() == name.lower())
    return _decode_header_value(str(next(found, ""))[:_MAX_HEADER])


def _filename(part: Message, number: int) -> str:
    """Return the name that the sender gave to a part, without a path, or else one by its type."""
    try:
        name = part.get_filename()
    except (LookupError, TypeError, ValueError):  # raised by the library for broken parameters
        name = None
    if not name and part.get_content_type() == "message/rfc822":
        inner = part.get_payload(0)
        if isinstance(inner, Message):
            name = f"{_header(inner, 'Subject') or 'message'}.eml"
    if not name:
        return f"attachment {number}{guess_extension(part.get_content_type()) or ''}"
    return PurePosixPath(_decode_header_value(name[:_MAX_HEADER]).replace("\\", "/")).name


def _decode_header_value(raw: str) -> str:
    """Return a header's value on one line, with its encoded words decoded."""
    # Raw bytes beyond ASCII are decoded too. The library keeps them as surrogates.
    data = raw.encode(errors="surrogateescape")
    try:
        text = raw if data.isascii() else decode(data)
    except IngestionError:
        text = data.decode(errors="replace")
    try:
        words = decode_header(text)
    except HeaderParseError:
        return " ".join(raw.split())
    parts = []
    for word, charset in words:
        if isinstance(word, bytes):
            try:  # the library encodes text between encoded words as raw-unicode-escape
                word = word.decode(charset or "raw-unicode-escape", errors="replace")
            except (LookupError, ValueError):
                word = word.decode(errors="replace")
        parts.append(word)
    return " ".join("".join(parts).split())
