"""The inputs of an embedder, the limits of one request, and the vectors that come back."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vectorstores.embeddings.errors import EmbeddingRefused, InputRefused

TOKENS_PER_INPUT, TOKENS_PER_REQUEST = 8192, 300_000  # OpenAI's limits

MOST_INPUTS = 256
"""Inputs in one request to a service. OpenAI takes 2,048, but reading so many vectors of 1,536
decimal numbers takes 190 MB; of these, 23."""

MOST_BYTES = 300_000
"""UTF-8 bytes in one request to a service. OpenAI's limit is 300,000 tokens, and no token of a
byte-level encoding is shorter than a byte, so a request within this is within that for every
model."""

Input = str | Sequence[int]
"""A text, or one that the client has turned into tokens of cl100k_base."""

Each = TypeVar("Each", bound=Input)


@dataclass(frozen=True)
class Embedded:
    """Vectors of the shape (inputs, dimensions), and how many tokens the inputs were."""

    vectors: NDArray[np.float32]
    tokens: int


def joined(parts: Iterable[Embedded], *, dimensions: int) -> Embedded:
    """Return `parts` as one, in order; without parts, no vectors of these `dimensions`."""
    parts = [Embedded(np.empty((0, dimensions), np.float32), 0), *parts]
    vectors = np.vstack([part.vectors for part in parts])
    return Embedded(vectors, sum(part.tokens for part in parts))


def batches(inputs: Iterable[Each], most_inputs: int = MOST_INPUTS) -> Iterator[list[Each]]:
    """Cut in order into runs of at most `most_inputs` inputs and, unless one alone is longer,
    MOST_BYTES bytes, or as many tokens. Reads no further than the one after a run."""
    batch: list[Each] = []
    size = 0
    for given in inputs:
        length = len(given.encode()) if isinstance(given, str) else len(given)
        if batch and (len(batch) == most_inputs or size + length > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(given)
        size += length
    if batch:
        yield batch


def count_sent(inputs: Sequence[Input]) -> int:
    """Count the tokens that came as tokens: none of texts. Raises InputRefused."""
    return within_limits(len(tokens) for tokens in inputs if not isinstance(tokens, str))


def within_limits(counts: Iterable[int]) -> int:
    """Return the sum of `counts`, the tokens of each input. Raises InputRefused."""
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


def unit_length(rows: ArrayLike) -> NDArray[np.float32]:
    """Scale each row to length one, so that a dot product is the cosine.

    Raises EmbeddingRefused for a row that has no direction: all zeros, or not finite.
    """
    vectors = np.asarray(rows, dtype=np.float64)  # a float32 square overflows from 2e19 on
    with np.errstate(over="ignore"):
        lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    if not (np.isfinite(lengths).all() and lengths.all()):
        raise EmbeddingRefused(
            "The embedding model returned a vector of zeros or one with infinite or missing "
            "numbers, which nothing can be compared with."
        )
    unit: NDArray[np.float32] = (vectors / lengths).astype(np.float32)
    return unit
