"""Questions as the database compares them with chunks: a vector, and weighted terms."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pgvector import HalfVector, SparseVector

from vectorstores.bm25 import DIMENSIONS, K1, query_terms
from vectorstores.embeddings import availability
from vectorstores.embeddings.question_cache import cached_vectors, embed_questions
from vectorstores.models import VectorStore
from vectorstores.models.lexicons import Lexicon

MOST_CANDIDATES = 10_000
MOST_SHARE = 0.1
LEAST_CANDIDATES = 1_000
"""How many chunks the rarest words of a question may have together, in all and of the store's, for
the text index to find what is scored; and how many they may have in any case, since a lexicon can
be of a time when the store had few."""


@dataclass(frozen=True)
class Words:
    """The terms of a question and what each counts in one store."""

    ids: NDArray[np.int32]
    idf: NDArray[np.float32]
    df: NDArray[np.float64]  # chunks of the store that have the term, roughly
    chunks: int  # of the store

    @property
    def weights(self) -> SparseVector:
        pairs = zip(self.ids.tolist(), self.idf.tolist(), strict=True)
        return SparseVector(dict(pairs), DIMENSIONS)

    @property
    def bound(self) -> float:
        """What BM25 stays below, however often a chunk has each word."""
        return float(self.idf.sum()) * (K1 + 1)

    @property
    def most_candidates(self) -> int:
        return min(MOST_CANDIDATES, max(LEAST_CANDIDATES, int(self.chunks * MOST_SHARE)))

    def rarest(self) -> list[int]:
        """As many as have few enough chunks together. Empty where even the rarest has too many."""
        order = np.argsort(self.df, kind="stable")
        few = np.cumsum(self.df[order]) <= self.most_candidates
        return [int(term) for term in self.ids[order[few]]]

    def rarest_one(self) -> list[int]:
        return [int(self.ids[self.df.argmin()])]


@dataclass(frozen=True)
class Question:
    """`vector` is None where meaning does not count, `words` where they do not, or are none."""

    vector: HalfVector | None
    words: Words | None


def ask(
    texts: Sequence[str], store: VectorStore, *, meaning: float, lexicon: Lexicon | None
) -> list[Question]:
    """`lexicon` is None where words do not count. Raises EmbeddingError."""
    vectors: Sequence[HalfVector | None] = [None] * len(texts)
    if meaning > 0:
        vectors = _vectors(texts, store)
    return [
        Question(vector, _words(text, lexicon) if lexicon else None)
        for text, vector in zip(texts, vectors, strict=True)
    ]


def _vectors(texts: Sequence[str], store: VectorStore) -> list[HalfVector]:
    model = store.embedding_model
    vectors = cached_vectors(model, texts)
    if vectors is None:
        with availability.attempt(model) as timeout:
            vectors = embed_questions(model, texts, timeout=timeout)
    return [HalfVector(vector) for vector in vectors]


def _words(text: str, lexicon: Lexicon) -> Words | None:
    ids = query_terms(text)
    if not len(ids):
        return None
    return Words(ids, lexicon.idf(ids), lexicon.df(ids), lexicon.chunks)
