"""UTF-16 and UTF-32 without a byte order mark."""

import re

# What texts in East Asian languages consist of; a third of the 65,536 characters.
_EAST_ASIAN = re.compile(
    "[\\s -~\u2010-\u203b\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff00-\uffef]"
)
_COMMON = re.compile("[\n \u3000-\u30ff\uac00-\ud7a3\uff0c\uff1a\uff01\uff1f]")


def unmarked_wide(sample: bytes) -> str | None:
    """UTF-32 by its two empty bytes of four; UTF-16 where a fifth is ASCII, with a NUL each."""
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


def east_asian_utf16(sample: bytes) -> str | None:
    """The byte order in which nearly everything is a character of East Asia."""
    for encoding in ("utf-16-le", "utf-16-be"):
        text = sample[: len(sample) // 2 * 2].decode(encoding, errors="replace")
        east_asian, common = len(_EAST_ASIAN.findall(text)), len(_COMMON.findall(text))
        if east_asian > 0.97 * len(text) and common > 0.02 * len(text):
            return encoding
    return None
