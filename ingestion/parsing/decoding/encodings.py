"""Detection of a text's character set from all of its bytes.

byte order mark ─▶ UTF-16 or 32 by its NULs ─▶ UTF-8 ─▶ the text's own declaration
  ─▶ UTF-8 with some broken bytes ─▶ UTF-16 by its East Asian letters
  ─▶ a legacy set, by its letters ─▶ `UnknownEncoding`
"""

import codecs
import re
from collections.abc import Callable, Iterable
from itertools import chain

from ingestion.last_errors import UnknownEncoding, UnsupportedFile
from ingestion.parsing.decoding import alphabets, east_asian
from ingestion.parsing.decoding.profile import Profile, is_utf8, profile_of, share_of_non_text

Blocks = Callable[[], Iterable[bytes]]  # yields the same bytes each time it is called

_HEAD = 65_536
_TOO_FEW_LETTERS = 3  # beyond ASCII, in which no legacy set can be detected

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, because its mark begins with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The characters of texts in East Asian languages, a third of all 65,536.
_EAST_ASIAN = re.compile(
    "[\\s -~\u2010-\u203b\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff00-\uffef]"
)
_COMMON = re.compile("[\n \u3000-\u30ff\uac00-\ud7a3\uff0c\uff1a\uff01\uff1f]")
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]")

# The declarations of a character set in web pages, XML and source code.
_DECLARATIONS = re.compile(
    rb"^\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*[\"']([\w.:-]{1,40})"
    rb"|<meta[^>]{1,300}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})"
    rb"|^@charset\s+\"([\w.:-]{1,40})\""
    rb"|\A(?:.*\n)?[ \t\f]*#.{0,200}?coding[:=][ \t]*([\w.-]{1,40})",
    re.IGNORECASE,
)
# The superset that is really used under a set's name, because browsers read it so, too.
_SUPERSETS = {
    "ascii": "cp1252",
    "big5": "cp950",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "shift_jis": "cp932",
    "tis-620": "cp874",
}
# Codecs that would accept anything, because they are for ASCII or do not decode byte by byte.
_REFUSED = ("idna", "punycode", "raw_unicode_escape", "unicode_escape", "utf-7", "hz", "undefined")

# How likely a text must be in a legacy set, as natural logarithms: first per letter beyond ASCII,
# then for the whole text. Nearly all texts in the right set are above, and few in a wrong one
# (`python -m benchmarks.encodings`).
_MIN_LIKELIHOOD = -5.0
_MIN_LIKELIHOOD_LATIN = -6.5  # since letters beyond ASCII are few, and may all be in names
_MIN_LIKELIHOOD_EAST_ASIAN = -9.7  # since a letter is one of thousands
_MIN_LEAD = 3.0  # over the next set that reads the text otherwise
_ASCII_PENALTY = -4.0  # for an alphabet other than Latin in a text that is mostly ASCII


def encoding_of(blocks: Blocks, declared: str | None = None, in_doubt: str | None = None) -> str:
    """Return the name of a codec that decodes the bytes, apart from a few broken ones.

    `declared` is the name that the text's container gives, such as the header of a mail's part.
    `in_doubt` is the codec for a text whose set cannot be determined. Raises UnsupportedFile if the
    bytes are not text, and UnknownEncoding if no set can be determined and none is given.
    """
    head = next(iter(blocks()), b"")[:_HEAD]
    head = head[: len(head) // 4 * 4] or head  # whole characters, even in UTF-32
    wide = encoding_by_mark(head) or wide_encoding_without_mark(head)
    # The mark lies if UTF-8 follows it, because UTF-16 would contain a NUL somewhere.
    mark_lies = wide == "utf-16" and len(head) > 100 and b"\0" not in head and is_utf8(head[2:])
    if wide and not mark_lies:
        if share_of_non_text(head.decode(wide, errors="replace")) > 0.1:
            raise UnsupportedFile
        return wide
    profile = profile_of(blocks())
    named = _text_codec(declared)
    if not named and (found := _DECLARATIONS.search(head[:1024])):
        named = _text_codec(next(name for name in found.groups() if name).decode())
    if profile.is_utf8 and not (profile.beyond_ascii == 0 and _ISO_2022_JP.search(head)):
        return _require_text("utf-8", profile.share_of_non_text, at_most=0.1)
    for name in (named, "iso2022_jp_2" if profile.is_utf8 else None):
        if name and _is_decodable(blocks, name):
            return name
    if profile.is_mostly_utf8:
        return _require_text("utf-8", profile.share_of_non_text, at_most=0.1)
    return _legacy_encoding(blocks, head, profile, in_doubt)


def encoding_by_mark(data: bytes) -> str | None:
    """Return the encoding of the byte order mark, or None if there is none."""
    return next((name for mark, name in _MARKS if data.startswith(mark)), None)


def wide_encoding_without_mark(sample: bytes) -> str | None:
    """Return UTF-32 if two of each four bytes are NUL, UTF-16 if a fifth of the characters have a
    NUL because they are ASCII, or None."""
    quarter = len(sample) // 4
    first, second, third, fourth = (sample[n::4].count(0) for n in range(4))
    if quarter and third + fourth > 1.9 * quarter > 20 * first:
        return "utf-32-le"
    if quarter and first + second > 1.9 * quarter > 20 * fourth:
        return "utf-32-be"
    high, low, many = first + third, second + fourth, len(sample) // 10
    if low > many and low > 20 * high:
        return "utf-16-le"
    if high > many and high > 20 * low:
        return "utf-16-be"
    return None


def _text_codec(name: str | None) -> str | None:
    """Return the name of Python's codec, or None if no file may declare it."""
    try:
        codec = codecs.lookup(name) if name and name.isascii() else None
        # Decoding fails for codecs such as `hex` and `zip`, which do not yield text.
        b"".decode(name or "ascii")
    except (LookupError, ValueError):
        return None
    if codec is None or codec.name in _REFUSED or codec.name.startswith(("utf-16", "utf-32")):
        return None
    return _SUPERSETS.get(codec.name, codec.name)


def _require_text(encoding: str, share_of_non_text: float, *, at_most: float) -> str:
    if share_of_non_text > at_most:
        raise UnsupportedFile
    return encoding


def _is_decodable(blocks: Blocks, encoding: str) -> bool:
    """Return whether the encoding decodes all bytes, except one in twenty beyond ASCII."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    beyond_ascii = broken = 0
    for block in chain(blocks(), [b""]):
        text = decoder.decode(block, final=not block)
        if not text.isascii():
            broken += text.count("\ufffd")
            beyond_ascii += len(text) - len(text.encode("ascii", errors="ignore"))
    return broken <= max(1, beyond_ascii // 20)


def _legacy_encoding(blocks: Blocks, head: bytes, profile: Profile, in_doubt: str | None) -> str:
    if profile.share_of_controls > 0.01 and (wide := _east_asian_utf16(head)):
        return wide
    guessed = _guess_legacy_set(profile.sample, share=profile.beyond_ascii / profile.size)
    guessed = _require_text(guessed or "", profile.share_of_controls, at_most=0.01)
    if guessed and _is_decodable(blocks, guessed):
        return guessed
    if profile.beyond_ascii <= max(_TOO_FEW_LETTERS, profile.size // 100):
        return "ascii"  # because a few replaced letters are better than no text
    if in_doubt:
        return in_doubt
    raise UnknownEncoding


def _east_asian_utf16(sample: bytes) -> str | None:
    """Return UTF-16 in the byte order that yields nearly only East Asian characters, or None."""
    for encoding in ("utf-16-le", "utf-16-be"):
        text = sample[: len(sample) // 2 * 2].decode(encoding, errors="replace")
        east_asian_letters, common = len(_EAST_ASIAN.findall(text)), len(_COMMON.findall(text))
        if east_asian_letters > 0.97 * len(text) and common > 0.02 * len(text):
            return encoding
    return None


def _guess_legacy_set(sample: bytes, *, share: float) -> str | None:
    """Return the legacy set of `sample`, the parts of a text beyond ASCII, or None if in doubt.

    Since bytes cannot prove a set, the text's likelihood is computed in each set, for each of its
    languages. The best must be likely in itself, and clearly more so than the next set that decodes
    the text differently. `share` is the sample's share of the text.
    """
    found = []
    for likely, charset, _ in (*alphabets.hypotheses(sample), *east_asian.hypotheses(sample)):
        is_mostly_ascii = share < 0.25 and charset not in alphabets.LATIN
        found.append((likely + (_ASCII_PENALTY if is_mostly_ascii else 0), charset))
    found.sort(reverse=True)
    best, charset = found[0]
    text = sample.decode(charset, errors="replace")
    letters = len(text) - len(text.encode("ascii", errors="ignore"))
    others = (likely for likely, name in found if sample.decode(name, errors="replace") != text)
    clear = best - next(others, float("-inf")) >= _MIN_LEAD
    least = _MIN_LIKELIHOOD_LATIN if charset in alphabets.LATIN else _MIN_LIKELIHOOD
    if charset in east_asian.CHARSETS:
        least = _MIN_LIKELIHOOD_EAST_ASIAN
    return charset if clear and best >= letters * least + _ASCII_PENALTY else None
