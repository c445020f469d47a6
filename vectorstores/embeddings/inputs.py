"""What POST /embeddings hands to an embedder, how much of it, and what it gets back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vectorstores.embeddings.errors import InputRefused

TOKENS_PER_INPUT, TOKENS_PER_REQUEST = 8192, 300_000  # OpenAI's limits

Input = str | Sequence[int]
"""A text, or one that the client has turned into tokens of cl100k_base."""


@dataclass(frozen=True)
class Embedded:
    """Vectors of the shape (inputs, dimensions), and how many tokens the inputs were."""

    vectors: NDArray[np.float32]
    tokens: int


def joined(parts: Iterable[Embedded], *, dimensions: int) -> Embedded:
    """`parts` as one, in order; of no parts, no vectors of these `dimensions`."""
    parts = [Embedded(np.empty((0, dimensions), np.float32), 0), *parts]
    vectors = np.vstack([part.vectors for part in parts])
    return Embedded(vectors, sum(part.tokens for part in parts))


def count_sent(inputs: Sequence[Input]) -> int:
    """How many tokens came as tokens: none of texts. Raises InputRefused."""
    return within_limits(len(tokens) for tokens in inputs if not isinstance(tokens, str))


def within_limits(counts: Iterable[int]) -> int:
    """The sum of `counts`, the tokens of each input. Raises InputRefused."""
    total = 0
    for position, tokens in enumerate(counts):
        if tokens > TOKENS_PER_INPUT:
            raise InputRefused(f"maximum input length is {TOKENS_PER_INPUT} tokens.", position)
        total += tokens
        check_total(total)
    return total


def check_total(tokens: int) -> None:
    if tokens > TOKENS_PER_REQUEST:
        raise InputRefused(f"maximum request size is {TOKENS_PER_REQUEST} tokens per request.")
