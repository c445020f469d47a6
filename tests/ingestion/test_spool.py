"""Spools of chunks and vectors: exactly what was put in comes out, and little memory is held."""

import errno
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ingestion import spool
from ingestion.chunking import Chunk
from ingestion.spool import ChunkSpool, VectorSpool

MEGABYTE = 1024**2
TEXTS = [
    "",
    "Wombats dig.",
    "日本 😀 é \u200b",
    'a\n"b"\t\\u0000\x1f',
    "x" * 100_000,
    "\ufffd\uffff",
]


@pytest.fixture
def chunks() -> Iterator[ChunkSpool]:
    made = ChunkSpool()
    yield made
    made.close()


@pytest.fixture
def vectors() -> Iterator[VectorSpool]:
    made = VectorSpool()
    yield made
    made.close()


def chunk(text: str, position: int = 0, heading: str | None = None) -> Chunk:
    return Chunk(
        text, position, start=10 * position, tokens=3, page=position or None, heading=heading
    )


@pytest.mark.parametrize("in_memory", [0, 1, 10 * MEGABYTE], ids=["on disk", "soon", "in memory"])
def test_chunks_come_out_as_they_were_put_in(monkeypatch, in_memory):
    monkeypatch.setattr(spool, "_IN_MEMORY", in_memory)
    chunks = ChunkSpool()
    wanted = [chunk(text, n, heading=text or None) for n, text in enumerate(TEXTS)]

    for each in wanted:
        chunks.add(each)

    assert list(chunks) == wanted
    assert list(chunks) == wanted  # any number of times
    assert chunks.count == len(TEXTS)
    assert chunks.text_bytes == sum(len(text.encode()) for text in TEXTS)
    chunks.close()


def test_reading_can_be_stopped_and_begun_again(chunks):
    wanted = [chunk(text, n) for n, text in enumerate(TEXTS)]
    for each in wanted:
        chunks.add(each)

    next(iter(chunks))

    assert list(chunks) == wanted


@pytest.mark.parametrize("in_memory", [0, 10 * MEGABYTE], ids=["on disk", "in memory"])
@pytest.mark.parametrize("batch", [1, 7, 600])
def test_vectors_come_out_in_half_precision(monkeypatch, in_memory, batch):
    monkeypatch.setattr(spool, "_IN_MEMORY", in_memory)
    vectors = VectorSpool()
    wanted = np.random.default_rng(1).standard_normal((600, 5)).astype(np.float32)

    for start in range(0, 600, batch):
        vectors.add(wanted[start : start + batch])

    kept = np.array(list(vectors))
    assert kept.dtype == np.float16
    np.testing.assert_array_equal(kept, wanted.astype(np.float16))
    assert (vectors.count, vectors.numbers) == (600, 3000)
    vectors.close()


def test_an_empty_spool_yields_nothing(chunks, vectors):
    assert (list(chunks), chunks.count, chunks.text_bytes) == ([], 0, 0)
    assert (list(vectors), vectors.count, vectors.numbers) == ([], 0, 0)


def test_a_file_of_any_size_is_held_in_little_memory(chunks, vectors):
    # Fifty megabytes of text and thirty of vectors, as a file of five million tokens has.
    text, few = "Wombats dig. " * 400, np.zeros((100, 1536), np.float32)
    tracemalloc.start()
    try:
        for position in range(10_000):
            chunks.add(chunk(text, position))
        for _ in range(100):
            vectors.add(few)
        read = sum(1 for _ in chunks), sum(1 for _ in vectors)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert read == (10_000, 10_000)
    assert chunks.text_bytes == 52_000_000
    assert most < 12 * MEGABYTE


@pytest.fixture(params=[ChunkSpool, VectorSpool])
def filling(request, monkeypatch) -> ChunkSpool | VectorSpool:
    """Make a spool whose disk has become full; /dev/full stands for it."""
    monkeypatch.setattr(spool, "_IN_MEMORY", 1)
    made: ChunkSpool | VectorSpool = request.param()
    add(made)
    with Path("/dev/full").open("wb") as full:
        os.dup2(full.fileno(), made._file.fileno())
    return made


def test_a_full_disk_raises_its_own_error(filling):
    with pytest.raises(OSError, match="No space left") as raised:
        for _ in range(10):
            add(filling)

    assert raised.value.errno == errno.ENOSPC
    filling.close()


def test_closing_a_spool_without_room_is_no_error(filling):
    filling._file.write(b"little enough to wait in the buffer")

    filling.close()

    assert filling._file.closed


def add(to: ChunkSpool | VectorSpool) -> None:
    if isinstance(to, ChunkSpool):
        to.add(chunk("x" * 5_000))
    else:
        to.add(np.zeros((50, 50), np.float32))
