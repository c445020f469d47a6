"""Vectors that lie as embeddings do: in clusters, of few dimensions within many.

A thousand clusters in 64 dimensions, turned into as many as wanted, with some noise. Most chunks
of a file lie in one cluster. That is a hard case for an index with a filter, and questions are
drawn from the same clusters: most are about something that a filter by topic leaves out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CLUSTERS, LATENT = 1000, 64
IN_OWN = 0.8  # of a file's chunks, in the cluster of the file


@dataclass(frozen=True)
class Space:
    centres: NDArray[np.float32]  # (CLUSTERS, LATENT)
    turn: NDArray[np.float32]  # (LATENT, dimensions)

    @classmethod
    def of(cls, dimensions: int, seed: int = 1) -> "Space":
        rng = np.random.default_rng(seed)
        centres = rng.standard_normal((CLUSTERS, LATENT), dtype=np.float32)
        turn = rng.standard_normal((LATENT, dimensions), dtype=np.float32) / np.sqrt(LATENT)
        return cls(centres, turn)

    def files(
        self, rng: np.random.Generator, files: int, chunks: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
        """Return the cluster of each file, and (files, chunks, dimensions) of unit length."""
        own = rng.integers(CLUSTERS, size=files)
        elsewhere = rng.random((files, chunks)) > IN_OWN
        where = np.where(elsewhere, rng.integers(CLUSTERS, size=(files, chunks)), own[:, None])
        return own, self._around(rng, where.ravel()).reshape(files, chunks, -1)

    def questions(self, rng: np.random.Generator, count: int) -> NDArray[np.float16]:
        return self._around(rng, rng.integers(CLUSTERS, size=count))

    def _around(self, rng: np.random.Generator, clusters: NDArray[np.int64]) -> NDArray[np.float16]:
        noise = rng.standard_normal((len(clusters), LATENT), dtype=np.float32)
        vectors = (self.centres[clusters] + 0.6 * noise) @ self.turn
        vectors += 0.15 * rng.standard_normal(vectors.shape, dtype=np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        half: NDArray[np.float16] = vectors.astype(np.float16)
        return half
