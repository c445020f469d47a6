"""Questions as the database compares them with chunks: a vector, and weighted terms."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pgvector import HalfVector, SparseVector

from vectorstores import bm25
from vectorstores.embeddings import availability
from vectorstores.embeddings.question_cache import cached_vectors, embed_questions
from vectorstores.models import VectorStore
from vectorstores.models.lexicons import Lexicon

MOST_CANDIDATES = 10_000
MOST_SHARE = 0.1
LEAST_CANDIDATES = 1_000
"""How many chunks the rarest words of a question may have together, in all and of the store's, for
the text index to find what is scored; and how many they may have in any case, because the document
frequencies can be of a time when the store had few."""


@dataclass(frozen=True)
class Question:
    """One question to one store. `vector` is None if vectors have no weight.

    `terms` is empty if words have no weight, or the question has none. `idf` is what each term
    counts, `df` how many chunks of the store have it, roughly, of `chunks`.
    """

    vector: HalfVector | None = None
    terms: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    idf: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, np.float32))
    df: NDArray[np.float64] = field(default_factory=lambda: np.empty(0, np.float64))
    chunks: int = 0

    @property
    def has_words(self) -> bool:
        return len(self.terms) > 0

    @property
    def weights(self) -> SparseVector:
        pairs = zip(self.terms.tolist(), self.idf.tolist(), strict=True)
        return SparseVector(dict(pairs), bm25.DIMENSIONS)

    @property
    def bm25_bound(self) -> float:
        """Return a score that BM25 stays below, however often a chunk has each word."""
        return float(self.idf.sum()) * (bm25.K1 + 1)

    @property
    def most_candidates(self) -> int:
        return min(MOST_CANDIDATES, max(LEAST_CANDIDATES, int(self.chunks * MOST_SHARE)))

    @property
    def has_rare_word(self) -> bool:
        """False if even the rarest word is in too many chunks for all of these to be scored."""
        return bool(self.df.min() <= self.most_candidates)

    def rarest(self) -> list[int]:
        """Return the rarest terms: as many as have few enough chunks together, but at least one."""
        order = np.argsort(self.df, kind="stable")
        few = np.cumsum(self.df[order]) <= self.most_candidates
        few[0] = True
        return [int(term) for term in self.terms[order[few]]]


def prepare_questions(
    texts: Sequence[str], store: VectorStore, *, vector_weight: float, lexicon: Lexicon | None
) -> list[Question]:
    """Embed and weigh the texts. Raises EmbeddingError.

    `lexicon` is None if words have no weight.
    """
    vectors: Sequence[HalfVector | None] = [None] * len(texts)
    if vector_weight > 0:
        model = store.embedding_model
        embedded = cached_vectors(model, texts)
        if embedded is None:  # the embedder is needed, so the attempt counts for its breaker
            with availability.attempt(model) as timeout:
                embedded = embed_questions(model, texts, timeout=timeout)
        vectors = [HalfVector(vector) for vector in embedded]
    if lexicon is None:
        return [Question(vector) for vector in vectors]
    questions = []
    for text, vector in zip(texts, vectors, strict=True):
        terms = bm25.query_terms(text)
        question = Question(vector)
        if len(terms):
            idf, df = lexicon.idf(terms), lexicon.df(terms)
            question = Question(vector, terms, idf, df, lexicon.chunks)
        questions.append(question)
    return questions
