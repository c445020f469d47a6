"""Headers of mails: their values, and the names that senders give to parts."""

from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from mimetypes import guess_extension
from pathlib import PurePosixPath

from ingestion.last_errors import IngestionError
from ingestion.parsing.decoding import decode

_MAX_HEADER = 10_000  # characters


def header(part: Message, name: str) -> str:
    """Return a header's decoded value on one line, or nothing if it is missing."""
    found = (value for key, value in part.raw_items() if key.lower() == name.lower())
    return decoded_value(str(next(found, "")))


def filename(part: Message, number: int) -> str:
    """Return the name that the sender gave to a part, without a path, or else one by its type."""
    try:
        name = part.get_filename()
    except (LookupError, TypeError, ValueError):  # raised by the library for broken parameters
        name = None
    if not name and part.get_content_type() == "message/rfc822":
        inner = part.get_payload(0)
        if isinstance(inner, Message):
            name = f"{header(inner, 'Subject') or 'message'}.eml"
    if not name:
        return f"attachment {number}{guess_extension(part.get_content_type()) or ''}"
    name = PurePosixPath(decoded_value(name).replace("\\", "/")).name
    return name or f"attachment {number}"


def decoded_value(raw: str) -> str:
    """Return a header's value on one line, with its encoded words decoded."""
    raw = raw[:_MAX_HEADER]
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
