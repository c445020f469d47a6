"""BM25: a text's tokens as numbers, and how much each counts in it.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009. How rare a
term is counts on the query's side alone, so a document's weights never go stale.

A token of ASCII letters loses its English ending; of one with other letters, six are kept, which
does for Russian and German what their own stemmers do, and needs to know no language. Scripts that
put no space between words are cut into pairs of characters. A name from a program counts as it is
and in its parts: `max_num_results`, `getUserName`.

Term ids are ascending and unique, at least 0 and less than DIMENSIONS; two words may share one.
"""

import re
import threading
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

import numpy as np
import Stemmer
from numpy.typing import NDArray

# Raise it when the same text would give other terms or weights: then all chunks get new ones. The
# index store_file_terms_to_make names it too, so that takes a migration.
VERSION = 1

K1, B = 1.2, 0.75
# The reference length, that of a chunk of 800 tokens of English. It is a constant because using the
# measured mean of a store made no noticeable difference.
USUAL_WORDS = 480
# A sparsevec has at most 16,000 elements. Since a chunk has at most 4,096 tokens, no text
# that people read has more terms than this.
MOST_TERMS = 10_000

DIMENSIONS = 1 << 29  # ids are less than that; a sparsevec has at most 1,000,000,000
MOST_LETTERS = 64  # of a word; the rest of it is left out
MOST_PARTS = 8  # of a name; what falls into more is no name but encoded bytes
KEPT_LETTERS = 6
CACHED_WORDS = 32_768  # words whose ids a process remembers: some 10 MB

# Left out of questions, never of documents. Measured, these say more about who asks than about
# what is wanted.
_STOP_WORDS = """
a an and are as at be but by can do does for from had has have how i if in into is it its may not of
on or s t that the their then there these this to was we were what when where which who why will
with would you your
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())

# Thai and Lao, Burmese, Khmer, kana, Han and Hangul.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff"
)
_MARK_BLOCKS = (0x300, 0x3400), (0xA000, 0xAC00), (0xFB00, 0xFE00), (0xFE20, 0xFE30)
# Vowel signs and accents, which `\w` does not match; without signs that only choose a glyph.
_MARKS = "".join(
    chr(code)
    for block in _MARK_BLOCKS
    for code in range(*block)
    if unicodedata.category(chr(code)) in ("Mn", "Mc")
)
_TOKEN = re.compile(rf"\w[\w{_MARKS}]*")
# At most 30 marks in a row are kept, because Python sorts them in quadratic time: seconds for a
# question of nothing else. No language needs more (UAX #15, Stream-Safe Text Format). In the
# other planes, letters of historical scripts are counted too.
_ANY_MARK = f"[{_MARKS}\U000101fd-\U00016ff1\U0001bc9e-\U0001d244\U0001e000-\U0001e94a]"
_TOO_MANY_MARKS = re.compile(f"({_ANY_MARK}{_ANY_MARK}{{29}}){_ANY_MARK}+")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_PIECE = re.compile(f"([{_UNSPACED}]+)|[^{_UNSPACED}]+")
_SEAM = re.compile("_+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_NO_LETTERS_ALONE = re.compile(r"[\d_]")
_SOFT_HYPHEN = "\xad"


class Terms(NamedTuple):
    """The terms of one text: as many weights as ids, which are ascending."""

    ids: NDArray[np.int32]
    weights: NDArray[np.float32]


def document_terms(text: str) -> Terms:
    """Return what a search scores the text by. Never raises, whatever the text."""
    counts: Counter[int] = Counter()
    for token, often in Counter(tokenize(text)).items():
        for term in _term_ids(token):
            counts[term] += often
    ids = np.fromiter(counts.keys(), np.int32, len(counts))
    weights = term_weights(np.fromiter(counts.values(), np.int32, len(counts)))
    order = np.argsort(ids)[:MOST_TERMS]
    return Terms(ids[order], weights[order])


def query_terms(text: str) -> NDArray[np.int32]:
    """Return the ids of the question's terms, ascending, each once; none if it has no word.

    Stop words are left out, unless there are no others.
    """
    tokens = tokenize(text)
    telling = [token for token in tokens if _fold(token) not in STOP_WORDS]
    ids = sorted({term for token in telling or tokens for term in _term_ids(token)})
    return np.array(ids[:MOST_TERMS], np.int32)


def term_weights(counts: NDArray[np.int32]) -> NDArray[np.float32]:
    """Weigh each term by how often it is in the text: more than 0 and less than K1 + 1."""
    length = 1 - B + B * counts.sum() / USUAL_WORDS
    weights: NDArray[np.float32] = (counts * (K1 + 1) / (counts + K1 * length)).astype(np.float32)
    return weights


def tokenize(text: str) -> list[str]:
    """Return each word as it is written, in order. Text without spaces is one token."""
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", _TOO_MANY_MARKS.sub(r"\1", text))
    return _TOKEN.findall(text.replace(_SOFT_HYPHEN, ""))


def _term_ids(token: str) -> tuple[int, ...]:
    """Return the ids of a word and its parts, or of each pair of unspaced characters."""
    if token.isascii() or not _IS_UNSPACED.search(token):
        return _ids_of_word(token[:MOST_LETTERS])
    ids: list[int] = []
    for match in _PIECE.finditer(token):
        piece, is_unspaced = match[0], match[1]
        if not is_unspaced:
            ids += _ids_of_word(piece[:MOST_LETTERS])
        elif len(piece) == 1:
            ids.append(_id(piece))
        else:
            ids += (_id(piece[at : at + 2]) for at in range(len(piece) - 1))
    return tuple(ids)


@lru_cache(CACHED_WORDS)
def _ids_of_word(word: str) -> tuple[int, ...]:
    names = [part for part in _SEAM.split(word) if part]
    if len(names) > MOST_PARTS:
        names = [word]
    elif len(names) > 1:
        names.append(word)
    return tuple(_id(_stem(_fold(name))) for name in names)


def _stem(word: str) -> str:
    if word.isascii():
        stem: str = _stemmers.english.stemWord(word)
        return stem
    return word if _NO_LETTERS_ALONE.search(word) else word[:KEPT_LETTERS]


def _fold(word: str) -> str:
    return unicodedata.normalize("NFKC", word.casefold())


def _id(term: str) -> int:
    return crc32(term.encode("utf-8", "surrogatepass")) & (DIMENSIONS - 1)


class _Stemmers(threading.local):
    """One stemmer per thread, because a stemmer works in a buffer of its own."""

    def __init__(self) -> None:
        self.english = Stemmer.Stemmer("english", 0)  # caches no words, since we do


_stemmers = _Stemmers()
