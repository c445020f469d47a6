from collections.abc import Iterable, Iterator
from typing import TypeVar

from vectorstores.embeddings.inputs import Input

MOST_INPUTS = 256
"""Inputs in one request. OpenAI takes 2,048, but reading so many vectors of 1,536 decimal numbers
takes 190 MB; of these, 23."""

MOST_BYTES = 300_000
"""UTF-8 bytes in one request. OpenAI's limit is 300,000 tokens, and no token of a byte-level
encoding is shorter than a byte, so a request within this is within that for every model."""

Each = TypeVar("Each", bound=Input)


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
