"""Text into words, and words into what stands for them in the index.

A word of ASCII letters loses its English ending; of one with other letters, six are kept, which
does for Russian and German what their own stemmers do, and needs to know no language. Scripts that
put no space between words go by pairs of characters. A name from a program counts as it is and in
its parts: `max_num_results`, `getUserName`.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from zlib import crc32

import Stemmer

DIMENSIONS = 1 << 29  # ids are less than that; a sparsevec has at most 1,000,000,000
MOST_LETTERS = 64  # of a word; the rest of it is left out
MOST_PARTS = 8  # of a name; what falls into more is no name but encoded bytes
KEPT_LETTERS = 6
REMEMBERED = 32_768  # words of which a process knows the ids: some 10 MB

# Thai and Lao, Burmese, Khmer, kana, Han and Hangul.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff"
)


def _marks() -> str:
    """Vowel signs and accents, which `\\w` does not match. Not what only chooses a glyph."""
    blocks = (0x300, 0x3400), (0xA000, 0xAC00), (0xFB00, 0xFE00), (0xFE20, 0xFE30)
    signs = (chr(code) for block in blocks for code in range(*block))
    return "".join(sign for sign in signs if unicodedata.category(sign) in ("Mn", "Mc"))


_MARKS = _marks()
_RUN = re.compile(rf"\w[\w{_MARKS}]*")
# Python brings marks that follow each other into order in quadratic time: seconds for a question of
# nothing else. No language needs more than 30 (UAX #15, Stream-Safe Text Format). Of other planes
# letters are counted too, in scripts that nobody writes today.
_ANY_MARK = f"[{_MARKS}\U000101fd-\U00016ff1\U0001bc9e-\U0001d244\U0001e000-\U0001e94a]"
_TOO_MANY_MARKS = re.compile(f"({_ANY_MARK}{_ANY_MARK}{{29}}){_ANY_MARK}+")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_PIECE = re.compile(f"([{_UNSPACED}]+)|[^{_UNSPACED}]+")
_SEAM = re.compile("_+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_NO_LETTERS_ALONE = re.compile(r"[\d_]")
_SOFT_HYPHEN = "\xad"


class _Stemmers(threading.local):
    """One a thread: a stemmer works in a buffer of its own."""

    def __init__(self) -> None:
        self.english = Stemmer.Stemmer("english", 0)  # remembers no words: we do


_stemmers = _Stemmers()


def runs(text: str) -> list[str]:
    """Each word of the text as it is written, in order; of an unspaced script, what lies between
    two other characters."""
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", _TOO_MANY_MARKS.sub(r"\1", text))
    return _RUN.findall(text.replace(_SOFT_HYPHEN, ""))


def ids_of(run: str) -> tuple[int, ...]:
    if run.isascii() or not _IS_UNSPACED.search(run):
        return _ids_of_word(run[:MOST_LETTERS])
    return tuple(_ids_of_pieces(run))


def fold(word: str) -> str:
    return unicodedata.normalize("NFKC", word.casefold())


def _ids_of_pieces(run: str) -> Iterator[int]:
    """Pairs of characters, and of a run of one character that."""
    for match in _PIECE.finditer(run):
        piece, is_unspaced = match[0], match[1]
        if not is_unspaced:
            yield from _ids_of_word(piece[:MOST_LETTERS])
        elif len(piece) == 1:
            yield _id(piece)
        else:
            yield from (_id(piece[at : at + 2]) for at in range(len(piece) - 1))


@lru_cache(REMEMBERED)
def _ids_of_word(word: str) -> tuple[int, ...]:
    names = [part for part in _SEAM.split(word) if part]
    if len(names) > MOST_PARTS:
        names = [word]
    elif len(names) > 1:
        names.append(word)
    return tuple(_id(_stem(fold(name))) for name in names)


def _stem(word: str) -> str:
    if word.isascii():
        stem: str = _stemmers.english.stemWord(word)
        return stem
    return word if _NO_LETTERS_ALONE.search(word) else word[:KEPT_LETTERS]


def _id(term: str) -> int:
    return crc32(term.encode("utf-8", "surrogatepass")) & (DIMENSIONS - 1)
