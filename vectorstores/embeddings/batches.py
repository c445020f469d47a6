from collections.abc import Iterator, Sequence

from vectorstores.embeddings.inputs import Input

MOST_INPUTS = 256
"""Inputs in one request. OpenAI takes 2,048, but reading so many vectors of 1,536 decimal numbers
takes 190 MB; of these, 23."""

MOST_BYTES = 300_000
"""UTF-8 bytes in one request. OpenAI's limit is 300,000 tokens, and no token of a byte-level
encoding is shorter than a byte, so a request within this is within that for every model."""


def batches(inputs: Sequence[Input]) -> Iterator[Sequence[Input]]:
    """Cut in order into runs of at most MOST_INPUTS inputs and, unless one alone is longer,
    MOST_BYTES bytes, or as many tokens."""
    start = size = 0
    for position, given in enumerate(inputs):
        length = len(given.encode()) if isinstance(given, str) else len(given)
        if position > start and (position - start == MOST_INPUTS or size + length > MOST_BYTES):
            yield inputs[start:position]
            start, size = position, 0
        size += length
    if start < len(inputs):
        yield inputs[start:]
