"""cl100k_base, the tokens of OpenAI's embedding models, from a file of this package.

A worker gives `ranks` to tiktoken, to turn text into tokens. The way back needs only the table, so
a web process decodes the tokens that clients send and loads no tokenizer.
"""

import gzip
import hashlib
from array import array
from base64 import b64decode
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import accumulate
from pathlib import Path
from threading import Lock

FILE = Path(__file__).with_name("cl100k_base.tiktoken.gz")
SHA256 = "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"

SIZE = 100_256
"""Tokens of text are 0 to SIZE - 1. Those above are control tokens, which no text has."""

_loading = Lock()


class UnknownToken(ValueError):
    """The token at `index` stands for no text."""

    def __init__(self, index: int) -> None:
        super().__init__(f"The token at {index} is none of cl100k_base.")
        self.index = index


def decode(tokens: Iterable[int]) -> str:
    """Return the text of `tokens`, with U+FFFD where a character is cut. Raises UnknownToken."""
    with _loading:  # because two threads of a new process must not both load it
        table, starts = _table()
    data = bytearray()
    for index, token in enumerate(tokens):
        if not 0 <= token < SIZE:
            raise UnknownToken(index)
        data += table[starts[token] : starts[token + 1]]
    return data.decode(errors="replace")


def ranks() -> dict[bytes, int]:
    """Return each token's number by its bytes, as tiktoken wants them, in order of the numbers."""
    return {token: rank for rank, token in enumerate(_tokens())}


@cache
def _table() -> tuple[bytes, "array[int]"]:
    """Return the bytes of all tokens, end to end, and where each begins.

    So they take a megabyte; as a hundred thousand objects, ten.
    """
    tokens = list(_tokens())
    return b"".join(tokens), array("I", accumulate(map(len, tokens), initial=0))


def _tokens() -> Iterator[bytes]:
    """Yield the bytes of each token, in order. Raises RuntimeError if the file is another."""
    data = gzip.decompress(FILE.read_bytes())
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise RuntimeError(f"{FILE} is not the cl100k_base encoding: install this version again.")
    return (b64decode(line.split()[0]) for line in data.splitlines())
