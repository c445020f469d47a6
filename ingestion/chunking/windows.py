"""Moves a window of tokens over UTF-8 text in pieces, and cuts where a character ends."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

Piece = tuple[bytes, NDArray[np.int64]]
"""Some of the text, whole characters, and the length in bytes of each of its tokens in order."""


def windows(
    pieces: Iterable[Piece], *, size: int, overlap: int
) -> Iterator[tuple[int, bytes, int]]:
    """Yield each window over the joined pieces: its offset in bytes, its bytes, and how many tokens
    it touches.

    A token of a rare character may be part of it only, or even reach into the next one, so a window
    counts from the token that holds its first byte and touches at most `size`. What lies before a
    window is forgotten, and no more than one piece is read ahead of it.
    """
    buffer, coming = _Buffer(), iter(pieces)
    begin = last = 0  # a byte and a token
    while True:
        first = buffer.token_at(begin)
        while buffer.tokens < first + size and (piece := next(coming, None)):
            buffer.forget(first)
            buffer.append(*piece)
        if last >= buffer.tokens:
            return
        last = min(first + size, buffer.tokens)
        end = buffer.character_start(last)
        yield begin, buffer.data(begin, end), buffer.tokens_before(end) - first
        begin = buffer.character_start(max(last - overlap, 0))


class _Buffer:
    """The text from some token on, as far as it was read; positions count from the very first."""

    def __init__(self) -> None:
        self._data = b""
        self._ends = np.zeros(1, np.int64)  # of the tokens in `_data`, after the first one's start
        self._byte = self._token = 0  # what was forgotten

    @property
    def tokens(self) -> int:
        return self._token + len(self._ends) - 1

    def append(self, data: bytes, sizes: NDArray[np.int64]) -> None:
        self._data += data
        self._ends = np.concatenate([self._ends, self._ends[-1] + np.cumsum(sizes)])

    def forget(self, token: int) -> None:
        """Drop all before `token`."""
        ends = self._ends[token - self._token :]
        forgotten = int(ends[0])
        self._data, self._ends = self._data[forgotten:], ends - forgotten
        self._byte, self._token = self._byte + forgotten, token

    def token_at(self, byte: int) -> int:
        return self._token + int(np.searchsorted(self._ends, byte - self._byte, side="right")) - 1

    def tokens_before(self, byte: int) -> int:
        return self._token + int(np.searchsorted(self._ends, byte - self._byte))

    def data(self, begin: int, end: int) -> bytes:
        return self._data[begin - self._byte : end - self._byte]

    def character_start(self, token: int) -> int:
        """Return the nearest byte at or before the start of `token` where a character starts."""
        offset = int(self._ends[token - self._token])
        # What is not read yet begins with a character: so does every piece.
        while offset < len(self._data) and self._data[offset] & 0b1100_0000 == 0b1000_0000:
            offset -= 1
        return self._byte + offset
