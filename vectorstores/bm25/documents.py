from collections import Counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vectorstores.bm25.weights import term_weights
from vectorstores.bm25.words import ids_of, runs

# A sparsevec has at most 16,000 elements. A chunk has at most 4,096 tokens, so this is for texts
# that nobody reads.
MOST_TERMS = 10_000


class Terms(NamedTuple):
    """Of one text: as many weights as ids, which are ascending."""

    ids: NDArray[np.int32]
    weights: NDArray[np.float32]


def document_terms(text: str) -> Terms:
    """What a search scores the text by. Never raises, whatever the text."""
    counts: Counter[int] = Counter()
    for run, often in Counter(runs(text)).items():
        for term in ids_of(run):
            counts[term] += often
    ids = np.fromiter(counts.keys(), np.int32, len(counts))
    weights = term_weights(np.fromiter(counts.values(), np.int32, len(counts)))
    order = np.argsort(ids)[:MOST_TERMS]
    return Terms(ids[order], weights[order])
