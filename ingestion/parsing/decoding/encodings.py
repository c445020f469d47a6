"""Which character set a text is in, told from its bytes alone, all of them.

byte order mark ─▶ UTF-16 or 32 by its NULs ─▶ UTF-8 ─▶ what the text declares of itself
  ─▶ UTF-8 with some broken bytes ─▶ UTF-16 by its East Asian letters
  ─▶ a set from before Unicode, by its letters ─▶ `UnknownEncoding`
"""

import codecs
import re
from collections.abc import Callable, Iterable
from itertools import chain

from ingestion.last_errors import UnknownEncoding, UnsupportedFile
from ingestion.parsing.decoding.charsets import guess
from ingestion.parsing.decoding.declared import declared_encoding, text_codec
from ingestion.parsing.decoding.profile import Profile, is_utf8, profile_of, share_of_no_text
from ingestion.parsing.decoding.wide import east_asian_utf16, unmarked_wide

Blocks = Callable[[], Iterable[bytes]]  # the same bytes each time it is called

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins like UTF-16's, so it is asked first
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]")
_HEAD = 65_536
_FEW = 3  # letters, of which nothing can be told


def encoding_of(blocks: Blocks, declared: str | None = None) -> str:
    """The name of a codec that reads the bytes, a few broken ones apart.

    `declared` is what something around the text says of it, as a mail does of its parts.
    `UnsupportedFile` if it is no text at all, `UnknownEncoding` if it is one that cannot be told.
    """
    head = next(iter(blocks()), b"")[:_HEAD]
    head = head[: len(head) // 4 * 4] or head  # whole characters, were they wide
    if (wide := marked_encoding(head) or unmarked_wide(head)) and not _mark_lies(head, wide):
        if share_of_no_text(head.decode(wide, errors="replace")) > 0.1:
            raise UnsupportedFile
        return wide
    profile = profile_of(blocks())
    said = text_codec(declared) or declared_encoding(head)
    if profile.is_utf8 and not (profile.beyond_ascii == 0 and _ISO_2022_JP.search(head)):
        return _text_at_all("utf-8", profile.share_of_no_text, at_most=0.1)
    for name in (said, "iso2022_jp_2" if profile.is_utf8 else None):
        if name and _reads(blocks, name):
            return name
    if profile.is_mostly_utf8:
        return _text_at_all("utf-8", profile.share_of_no_text, at_most=0.1)
    return _from_before_unicode(blocks, head, profile)


def marked_encoding(data: bytes) -> str | None:
    """The encoding that a byte order mark names."""
    return next((name for mark, name in _MARKS if data.startswith(mark)), None)


def _mark_lies(head: bytes, wide: str) -> bool:
    """A UTF-8 text behind the mark of UTF-16. Really in UTF-16 it would have a NUL somewhere."""
    return wide == "utf-16" and len(head) > 100 and b"\0" not in head and is_utf8(head[2:])


def _from_before_unicode(blocks: Blocks, head: bytes, profile: Profile) -> str:
    if profile.share_of_controls > 0.01 and (wide := east_asian_utf16(head)):
        return wide
    guessed = guess(profile.sample, share=profile.beyond_ascii / profile.size)
    guessed = _text_at_all(guessed or "", profile.share_of_controls, at_most=0.01)
    if guessed and _reads(blocks, guessed):
        return guessed
    if profile.beyond_ascii <= max(_FEW, profile.size // 100):
        return "ascii"  # what cannot be told becomes U+FFFD, and the rest is not lost for it
    raise UnknownEncoding


def _text_at_all(encoding: str, share_of_no_text: float, *, at_most: float) -> str:
    if share_of_no_text > at_most:
        raise UnsupportedFile
    return encoding


def _reads(blocks: Blocks, encoding: str) -> bool:
    """Whether all the bytes make sense in it, but for one in twenty that are not ASCII."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    beyond_ascii = broken = 0
    for block in chain(blocks(), [b""]):
        text = decoder.decode(block, final=not block)
        if not text.isascii():
            broken += text.count("\ufffd")
            beyond_ascii += len(text) - len(text.encode("ascii", errors="ignore"))
    return broken <= max(1, beyond_ascii // 20)
