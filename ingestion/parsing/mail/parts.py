"""The parts of a mail: which of them are its text, and which are attached."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from hashlib import sha256

from ingestion.last_errors import IngestionError
from ingestion.parsing.decoding import decode
from ingestion.parsing.html import BROWSERS_SET, html_sections
from ingestion.parsing.mail.calendar import calendar_sections
from ingestion.parsing.mail.reports import report_sections
from ingestion.parsing.sections import Section, in_sections

TEXTS = ("text/plain", "text/html", "text/enriched", "text/calendar", "text/rfc822-headers")
_REPORTS = (
    "message/delivery-status",
    "message/disposition-notification",
    "message/feedback-report",
)
FORWARDED = ("message/rfc822", "message/global")
_PAGE_MEDIA = ("image", "font", "audio", "video")
_PAGE_CODE = ("text/css", "text/javascript", "application/javascript")
# They prove who sent the mail, and say nothing more.
_SIGNATURES = (
    *("application/pkcs7-signature", "application/x-pkcs7-signature"),
    "application/pgp-signature",
)
# Larger alternatives are not compared, because each would be in memory twice.
_COMPARED_BYTES = 4_000_000
# A plain half without so many of the page's words does not say what the page says.
_MISSING_SHARE = 0.4
# A page that has nearly all of the plain half's words, and so many more, is the fuller text.
_OWN_SHARE, _MORE_WORDS = 0.1, 5
# Characters of scripts without spaces between words, each of which counts as one.
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")


@dataclass
class Parts:
    """The parts that are a mail's text, and the attached ones, both in order."""

    bodies: list[Message] = field(default_factory=list)
    attached: list[Message] = field(default_factory=list)

    def __iadd__(self, other: "Parts") -> "Parts":
        self.bodies += other.bodies
        self.attached += other.attached
        return self


def split(part: Message) -> Parts:
    """Divide a mail. Raises RecursionError if its parts are nested too deep."""
    kind = part.get_content_type()
    if kind in FORWARDED:
        return Parts(attached=[part])
    if kind in _REPORTS:
        return Parts(bodies=[part])
    if kind == "multipart/alternative":
        return _chosen([split(inner) for inner in inner_parts(part)])
    if part.is_multipart():
        parts = Parts()
        for inner in inner_parts(part):
            parts += split(inner)
        return parts
    if kind in TEXTS and part.get_content_disposition() != "attachment":
        return Parts(bodies=[part])
    if kind in _SIGNATURES or _is_page_resource(part):
        return Parts()
    return Parts(attached=[part])


def inner_parts(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if part.is_multipart() else []


def content(part: Message) -> bytes:
    """Return a part's content, decoded from base64 or the like.

    A forwarded message is serialized again, because the library has parsed it already. If it was
    encoded, which the standard forbids, the library has taken the code for its text.
    """
    if part.get_content_type() in FORWARDED:
        inner = b"".join(inner.as_bytes() for inner in inner_parts(part))
        encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
        return _decoded(inner, encoding)
    decoded = part.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else b""


def text_sections(part: Message) -> Iterator[Section]:
    """Yield the sections of a part that is text."""
    kind = part.get_content_type()
    if kind in _REPORTS:
        yield from report_sections(part)
        return
    in_doubt = BROWSERS_SET if kind == "text/html" else None
    text = decode(content(part), part.get_content_charset(), in_doubt=in_doubt)
    if kind == "text/html":
        yield from html_sections(text)
    elif kind == "text/calendar":
        yield from calendar_sections(text)
    else:
        yield from in_sections([text])


def _decoded(inner: bytes, encoding: str) -> bytes:
    if encoding not in ("base64", "quoted-printable"):
        return inner
    wrapper = Message()
    wrapper["Content-Transfer-Encoding"] = encoding
    wrapper.set_payload(inner.strip().decode("ascii", "surrogateescape"))
    decoded = wrapper.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) and decoded.strip() else inner


def _chosen(alternatives: list[Parts]) -> Parts:
    """Return the alternative to read, with what is attached to any of them.

    The plain text is chosen if it says what the page says, or else the page. An invitation is read
    beside either. Apple Mail attaches files to the page alone.
    """
    calendars = [each for each in alternatives if _is_calendar(each)]
    texts = [each for each in alternatives if each.bodies and each not in calendars]
    plain = next((each for each in texts if _is_plain(each) and _words(each)), None)
    page = next((each for each in reversed(texts) if not _is_plain(each)), None)
    chosen = plain or page or next(reversed(texts), Parts())
    if plain and page and _says_less(plain, page):
        chosen = page
    bodies = [*chosen.bodies, *(body for each in calendars for body in each.bodies)]
    return Parts(bodies, _distinct([part for each in alternatives for part in each.attached]))


def _is_calendar(parts: Parts) -> bool:
    return bool(parts.bodies) and all(
        body.get_content_type() == "text/calendar" for body in parts.bodies
    )


def _is_plain(parts: Parts) -> bool:
    return all(body.get_content_type() != "text/html" for body in parts.bodies)


def _says_less(plain: Parts, page: Parts) -> bool:
    """Return whether the plain text lacks much of the page, such as in "Please view as HTML"."""
    if sum(len(content(body)) for body in page.bodies) > _COMPARED_BYTES:
        return sum(len(content(body)) for body in plain.bodies) < 1_000
    in_plain, in_page = set(_words(plain)), set(_words(page))
    missing, own = in_page - in_plain, in_plain - in_page
    if len(missing) > _MISSING_SHARE * len(in_page):
        return True
    # The page says all that the plain text says, and more.
    return len(missing) >= _MORE_WORDS and len(own) <= _OWN_SHARE * len(in_plain)


def _words(parts: Parts) -> list[str]:
    """Return the words of the text, in lower case, without signs around them."""
    words: list[str] = []
    for body in parts.bodies:
        try:
            for section in text_sections(body):
                for word in section.text.lower().split():
                    words += _UNSPACED.findall(word) or [word.strip("<>()[]{}*_.,:;!?|\"'")]
        except IngestionError:  # it will be named where it is read
            continue
    # A link's address stands in one half alone, in parentheses or in full.
    return [word for word in words if word and "//" not in word and "@" not in word]


def _distinct(attached: list[Message]) -> list[Message]:
    """Leave out attachments that several alternatives have."""
    by_content = {sha256(content(part)).digest(): part for part in reversed(attached)}
    return list(reversed(by_content.values()))


def _is_page_resource(part: Message) -> bool:
    """Return whether a part is a resource of the HTML, such as a picture, and not an attachment."""
    referred = part["Content-ID"] or part["Content-Location"]
    belongs = part.get_content_maintype() in _PAGE_MEDIA or part.get_content_type() in _PAGE_CODE
    return bool(referred and belongs and part.get_content_disposition() != "attachment")
