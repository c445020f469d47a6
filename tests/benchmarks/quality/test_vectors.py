from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.quality.vectors import Vectors
from vectorstores.embeddings.in_process import HashingEmbedder


class Counting(HashingEmbedder):
    """Remembers what it was asked for."""

    def __init__(self) -> None:
        super().__init__(model="hashing", dimensions=8)
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str], *, timeout: float | None = None) -> NDArray[np.float32]:
        self.asked += texts
        return super().embed(texts, timeout=timeout)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hashing.vectors"


def test_the_next_run_reuses_cached_vectors(path: Path):
    list(Vectors(path, Counting()).add(["red fox", "blue dog"]))
    embedder = Counting()
    vectors = Vectors(path, embedder)

    list(vectors.add(["red fox", "green cat", "blue dog"]))

    assert embedder.asked == ["green cat"]
    np.testing.assert_allclose(
        vectors.of(["blue dog", "red fox"]), Counting().embed(["blue dog", "red fox"]), atol=1e-3
    )


def test_a_models_name_may_have_a_slash(tmp_path: Path):
    vectors = Vectors(tmp_path / "BAAI/bge-m3.vectors", Counting())

    assert list(vectors.add(["red fox"])) == [1]


def test_a_half_written_cache_file_is_rebuilt(path: Path):
    list(Vectors(path, Counting()).add(["red fox", "blue dog"]))
    path.write_bytes(path.read_bytes()[:-5])
    embedder = Counting()
    vectors = Vectors(path, embedder)

    list(vectors.add(["red fox", "blue dog"]))

    assert embedder.asked == ["blue dog"]
    assert vectors.missing(["red fox", "blue dog"]) == []
