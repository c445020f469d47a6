"""What the headers of a mail say, in letters."""

from email.errors import HeaderParseError
from email.header import decode_header
from mimetypes import guess_extension
from pathlib import PurePosixPath

from ingestion.last_errors import IngestionError
from ingestion.parsing.decoding import decode
from ingestion.parsing.mail.parts import Part

_LONGEST = 10_000  # characters


def header(part: Part, name: str) -> str:
    """Its words in one line, or nothing."""
    found = (value for key, value in part.raw_items() if key.lower() == name.lower())
    return _letters(str(next(found, ""))[:_LONGEST])


def filename(part: Part, number: int) -> str:
    """As its sender called the part, else by its kind. Never a path."""
    try:
        name = part.get_filename()
    except (LookupError, TypeError, ValueError):  # the library stumbles over broken parameters
        name = None
    if not name and part.get_content_type() == "message/rfc822":
        inner = part.get_payload(0)
        name = f"{header(inner, 'Subject') or 'message'}.eml" if isinstance(inner, Part) else None
    if not name:
        return f"attachment {number}{guess_extension(part.get_content_type()) or ''}"
    return PurePosixPath(_letters(name[:_LONGEST]).replace("\\", "/")).name


def _letters(raw: str) -> str:
    try:
        words = decode_header(_whole(raw))
    except HeaderParseError:
        return " ".join(raw.split())
    return " ".join("".join(_word(word, charset) for word, charset in words).split())


def _whole(raw: str) -> str:
    """The library keeps bytes beyond ASCII as halves of characters; they are text too."""
    data = raw.encode(errors="surrogateescape")
    try:
        return raw if data.isascii() else decode(data)
    except IngestionError:
        return data.decode(errors="replace")


def _word(word: str | bytes, charset: str | None) -> str:
    if isinstance(word, str):
        return word
    try:  # what stood between encoded words, the library has encoded in its own way
        return word.decode(charset or "raw-unicode-escape", errors="replace")
    except (LookupError, ValueError):
        return word.decode(errors="replace")
