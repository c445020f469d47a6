"""Counts tokens of cl100k_base, in which the API gives chunk sizes.

tiktoken would download its table at first use. We hand it the same one from a file, checked by
the hash tiktoken itself expects, so a worker needs neither a network nor a cache directory.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray
from tiktoken import Encoding

from vectorstores.cl100k import ranks

# How cl100k_base splits text into words before merging bytes; tiktoken's, and a test compares.
_WORDS = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+"
    r"|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
)

# Fed a million spaces at once, tiktoken's regex engine overflows its stack, and the panic is no
# `Exception`: it would take the worker down. Pieces also keep every call short.
_PIECE = 65_536  # characters

# The last place in a piece where no word can reach across: after a line break that ends its run
# of blank space, or between a letter and a space that belongs to the letter after it.
_SEAM = re.compile(r".*(?:\n(?=\S)|[^\W\d_](?= [^\W\d_]))", re.DOTALL)


def count_tokens(text: str) -> int:
    return sum(len(_encode(piece)) for piece in pieces([text]))


def token_sizes(piece: str) -> NDArray[np.int64]:
    """Return the length in UTF-8 bytes of each token of a piece, in order.

    The piece must be encodable, that is, hold no lone surrogate.
    """
    return _sizes()[_encode(piece)]


def pieces(texts: Iterable[str]) -> Iterator[str]:
    """Yield the joined `texts` in parts of at most `_PIECE` characters, when each is complete.

    Their tokens are the tokens of the whole, unless a part has no seam: then its end is arbitrary.
    Where the cuts are depends on the whole alone, and not on how it comes.
    """
    waiting: list[str] = []
    length = 0
    for text in texts:
        for start in range(0, len(text), _PIECE):  # a long text is not copied as a whole
            waiting.append(text[start : start + _PIECE])
            length += len(waiting[-1])
            if length > _PIECE:
                *complete, rest = _cut("".join(waiting))
                yield from complete
                waiting, length = [rest], len(rest)
    if length:
        yield "".join(waiting)


def _cut(text: str) -> Iterator[str]:
    start = 0
    while len(text) - start > _PIECE:
        seam = _SEAM.match(text, start, start + _PIECE)
        stop = seam.end() if seam else start + _PIECE
        yield text[start:stop]
        start = stop
    yield text[start:]


def _encode(piece: str) -> list[int]:
    # "Ordinary", since `<|endoftext|>` in a user's file is text like any other.
    return _encoding().encode_ordinary(piece)


@cache
def _encoding() -> Encoding:
    return Encoding("cl100k_base", pat_str=_WORDS, mergeable_ranks=ranks(), special_tokens={})


@cache
def _sizes() -> NDArray[np.int64]:
    """Return the bytes of each token, by its id."""
    return np.array([len(token) for token in ranks()])
