"""Ratings of single-byte character sets by which letters follow each other.

A text decoded in the wrong set has pairs of letters that no language has. The pairs of each
language, with at least one letter beyond ASCII, come from Django's translations
(`python -m benchmarks.encodings --write`).
"""

import json
import math
import unicodedata
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

# By language, the most common set first, because it wins over another that reads a text alike.
CYRILLIC = ("cp1251", "koi8-r", "koi8-u", "cp866", "iso8859-5", "mac-cyrillic")
CENTRAL = ("cp1250", "iso8859-2", "cp852", "mac-latin2")
WESTERN = ("cp1252", "cp850", "mac-roman")
CHARSETS = {
    **dict.fromkeys(("be", "bg", "mk", "ru", "sr", "uk"), CYRILLIC),
    **dict.fromkeys(("cs", "hr", "hu", "pl", "ro", "sk", "sl"), CENTRAL),
    **dict.fromkeys(("ca", "da", "de", "es", "fi", "fr", "ga", "is", "it"), WESTERN),
    **dict.fromkeys(("nb", "nl", "pt", "sq", "sv"), WESTERN),
    **dict.fromkeys(("et", "lt", "lv"), ("cp1257", "cp775")),
    "ar": ("cp1256", "iso8859-6", "cp720"),
    "el": ("cp1253", "iso8859-7", "cp737", "mac-greek"),
    "fa": ("cp1256",),
    "he": ("cp1255", "cp862"),
    "th": ("cp874",),
    "tr": ("cp1254", "cp857"),
}
LATIN = {*CENTRAL, *WESTERN, "cp1254", "cp1257", "cp775", "cp857"}

_PAIRS = Path(__file__).with_name("pairs.json")
_RARE_PAIR = -7.0  # a natural logarithm of a probability, like the numbers below
_BORROWED = -8.0
_NOT_OF_THE_ALPHABET = -12.0
_BORROWED_LETTERS = frozenset("áàâäåãçéèêëíìîïñóòôöúùûü")  # in names and loanwords
_PUNCTUATION = "\xa0«»°§©®·¡¿€№‘’‚“”„–—…•™،؛؟"  # noqa: RUF001
_SIGNS = "´¨¸²³¹¼½¾±×÷µ£¢¥ªº¶†‡‰"  # noqa: RUF001
_RATED = {**dict.fromkeys(_SIGNS, -6.0), **dict.fromkeys(_PUNCTUATION, -4.0)}
_RARE_SET_PENALTY = -1.5  # for each set that is more common in the language
_CP1252_BONUS = 0.5


def hypotheses(sample: bytes) -> list[tuple[float, str, str]]:
    """Return (log-likelihood of the sample, set, language), the most likely first."""
    found = []
    for charset in sorted({name for names in CHARSETS.values() for name in names}):
        text = sample.decode(charset, errors="replace")
        pairs, odd = pairs_of(text), _rate_oddness(text)
        for language, charsets in CHARSETS.items():
            if charset in charsets:
                rare = _RARE_SET_PENALTY * charsets.index(charset)
                if charset == "cp1252":
                    rare = _CP1252_BONUS
                known, alphabet = _language(language)
                likely = sum(
                    count * (known.get(pair) or _rate_rare_pair(pair, alphabet))
                    for pair, count in pairs.items()
                )
                found.append((likely + odd + rare, charset, language))
    return sorted(found, reverse=True)


def pairs_of(text: str) -> Counter[str]:
    """Count pairs of neighbours with a letter beyond ASCII. ` ` stands for any other character."""
    symbols = [_symbol(character) for character in text]
    pairs = Counter(map("".join, pairwise(symbols)))
    return Counter({pair: count for pair, count in pairs.items() if not pair.isascii()})


def conditional(pairs: Counter[str]) -> dict[str, float]:
    """Return the log-probability of each pair's second letter, given the first.

    After an ASCII letter only letters beyond ASCII are counted, so that English text within another
    language has no influence.
    """
    totals: Counter[str] = Counter()
    for pair, count in pairs.items():
        totals[pair[0]] += count
    return {pair: math.log(count / totals[pair[0]]) for pair, count in pairs.items()}


def _rate_rare_pair(pair: str, alphabet: frozenset[str]) -> float:
    """Rate a pair that is not in the language's table: rare, borrowed or of another alphabet."""
    foreign = {letter for letter in pair if not letter.isascii()} - alphabet
    if not foreign:
        return _RARE_PAIR
    borrowed = "é" in alphabet and foreign <= _BORROWED_LETTERS
    return _BORROWED if borrowed else _NOT_OF_THE_ALPHABET


@cache
def _language(language: str) -> tuple[dict[str, float], frozenset[str]]:
    levels: dict[str, str] = json.loads(_PAIRS.read_text(encoding="utf-8"))[language]
    known = {
        pair: -float(level) or -0.1
        for level, pairs in levels.items()
        for pair in map("".join, zip(pairs[::2], pairs[1::2], strict=True))
    }
    return known, frozenset("".join(known))


def _symbol(character: str) -> str:
    if unicodedata.category(character)[0] in "LM":
        return character.lower()[0]
    return " "


def _rate_oddness(text: str) -> float:
    """Rate what prose in any language lacks: undefined bytes, odd signs, capitals after small
    letters."""
    signs = Counter(c for c in text if not c.isascii() and not _symbol(c).strip())
    odd = sum(count * _RATED.get(sign, _NOT_OF_THE_ALPHABET) for sign, count in signs.items())
    capitals = sum(a.islower() and b.isupper() and not (a + b).isascii() for a, b in pairwise(text))
    return odd - 3.0 * capitals
