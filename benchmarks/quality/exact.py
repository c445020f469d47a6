"""Both scores of every chunk, without a database: what ways to join them can be compared by."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vectorstores.bm25 import K1, document_terms, query_terms

Scores = NDArray[np.float32]


class Words:
    """BM25 of a question's words in each of the texts, as a share of what no text can reach."""

    def __init__(self, texts: Sequence[str]) -> None:
        terms = [document_terms(text) for text in texts]
        ids = np.concatenate([of.ids for of in terms])
        order = np.argsort(ids, kind="stable")
        places = np.repeat(np.arange(len(terms)), [len(of.ids) for of in terms])
        self._ids, self._places = ids[order], places[order]
        self._weights = np.concatenate([of.weights for of in terms])[order]
        self._texts = len(texts)

    def scores(self, question: str) -> Scores:
        scores, bound = np.zeros(self._texts, np.float32), 0.0
        for term in query_terms(question):
            start, end = np.searchsorted(self._ids, [term, term + 1])
            df = max(end - start, 1)
            idf = np.log1p((self._texts - df + 0.5) / (df + 0.5))
            scores[self._places[start:end]] += idf * self._weights[start:end]
            bound += idf * (K1 + 1)
        return scores / np.float32(bound or 1)


def best(scores: Scores, many: int) -> list[int]:
    """Return the places of the best, best first, without those that have no score at all."""
    first = np.argsort(-scores, kind="stable")[:many]
    return [int(place) for place in first if scores[place] > 0]
