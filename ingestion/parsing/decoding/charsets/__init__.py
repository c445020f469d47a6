"""Character sets from before Unicode, told by the letters they give.

Nothing in the bytes proves one. Each is asked how likely the text is in a language it was made
for; the best must be likely in itself, and clearly more so than the next that reads it otherwise.
"""

from ingestion.parsing.decoding.charsets import alphabets, east_asian

# Natural logarithms: of a letter beyond ASCII, and of all of them. Nearly all texts in the right
# set are above, and few in a wrong one (`python -m benchmarks.encodings`).
_LIKELY = -5.0
_LIKELY_LATIN = -6.5  # its letters are few, and each may be in a name
_LIKELY_EAST_ASIAN = -9.7  # one of thousands
_CLEARLY = 3.0
_AMONG_ASCII = -4.0  # other alphabets, where nearly all is ASCII


def guess(sample: bytes, *, share: float) -> str | None:
    """The set that `sample` is in, the parts of a text that are not ASCII; None if in doubt.

    `share` is how much of the text those are.
    """
    found = [
        (likely + (_AMONG_ASCII if share < 0.25 and charset not in alphabets.LATIN else 0), charset)
        for likely, charset, _language in (
            *alphabets.hypotheses(sample),
            *east_asian.hypotheses(sample),
        )
    ]
    found.sort(reverse=True)
    best, charset = found[0]
    text = sample.decode(charset, errors="replace")
    letters = len(text) - len(text.encode("ascii", errors="ignore"))
    others = (likely for likely, name in found if sample.decode(name, errors="replace") != text)
    clear = best - next(others, float("-inf")) >= _CLEARLY
    return charset if clear and best >= letters * _least(charset) + _AMONG_ASCII else None


def _least(charset: str) -> float:
    if charset in east_asian.CHARSETS:
        return _LIKELY_EAST_ASIAN
    return _LIKELY_LATIN if charset in alphabets.LATIN else _LIKELY
