"""Counts over all bytes of a text that help to find its character set."""

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

# Control characters, except those that occur in logs and listings, and NUL, which pads both.
_CONTROLS = bytes([*range(0x01, 0x08), *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F])
_NON_TEXT = re.compile(f"[\0{re.escape(_CONTROLS.decode())}\ufffd]")
# Bytes beyond ASCII with their neighbours, because in a double-byte set the second byte of a
# character may look like ASCII.
_BEYOND_ASCII = re.compile(rb"[\x00-\x7f]?(?:[\x80-\xff]{1,999}[\x00-\x7f]{0,3})+")
# A surrogate that a program wrote into UTF-8, as three invalid bytes.
_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_SAMPLE = 16_384


@dataclass
class Profile:
    """The counts. `sample` holds the first parts beyond ASCII, a line each."""

    size: int = 0
    nuls: int = 0
    controls: int = 0  # others
    beyond_ascii: int = 0  # characters, decoded as UTF-8
    broken: int = 0  # sequences that are invalid in UTF-8
    surrogates: int = 0  # bytes of lone surrogates, which are not counted as broken
    sample: bytes = field(default=b"", repr=False)

    @property
    def is_utf8(self) -> bool:
        return not self.broken

    @property
    def is_mostly_utf8(self) -> bool:
        # True only for UTF-8, because letters of another set hardly ever form valid UTF-8.
        return self.broken <= self.beyond_ascii // 2

    @property
    def share_of_non_text(self) -> float:
        return self._share(self.controls + self.broken + self.surrogates)

    @property
    def share_of_controls(self) -> float:
        return self._share(self.controls)

    def _share(self, count: int) -> float:
        """Return the share of what is no padding. A binary file that has NULs has more than text.

        With padding, the other bytes have to be text almost without exception.
        """
        share = count / max(1, self.size - self.nuls)
        return share if not self.nuls else 1.0 if self.size == self.nuls else 20 * share


def profile_of(blocks: Iterable[bytes]) -> Profile:
    profile = Profile()
    utf8 = codecs.getincrementaldecoder("utf-8")("strict")
    for block in blocks:
        profile.size += len(block)
        profile.nuls += block.count(0)
        profile.controls += len(block) - len(block.translate(None, _CONTROLS))
        if block.isascii() and not utf8.getstate()[0]:
            continue
        if len(profile.sample) < _SAMPLE:
            profile.sample += b"\n".join(_BEYOND_ASCII.findall(block))[:_SAMPLE]
        _count_utf8(profile, utf8, block)
    _count_utf8(profile, utf8, b"", final=True)
    return profile


def is_utf8(head: bytes) -> bool:
    """Return whether a text that begins with these bytes can be UTF-8. They may end within a
    character."""
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(head)
    except UnicodeDecodeError:
        return False
    return True


def share_of_non_text(text: str) -> float:
    return len(_NON_TEXT.findall(text)) / max(1, len(text))


def _count_utf8(
    profile: Profile, utf8: codecs.IncrementalDecoder, block: bytes, *, final: bool = False
) -> None:
    before = utf8.getstate()
    try:
        text = utf8.decode(block, final)
    except UnicodeDecodeError:
        utf8.setstate(before)
        utf8.errors = "replace"
        text = utf8.decode(block, final)
        utf8.errors = "strict"
        surrogates = 3 * len(_SURROGATE.findall(block))
        profile.surrogates += surrogates
        profile.broken += max(0, text.count("\ufffd") - surrogates)
    profile.beyond_ascii += len(text) - len(text.encode("ascii", errors="ignore"))
