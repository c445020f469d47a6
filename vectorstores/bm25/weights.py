"""BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009):
what a term counts in a text. How rare the term is counts on the query's side alone, so these never
go stale."""

import numpy as np
from numpy.typing import NDArray

K1, B = 1.2, 0.75
# The length that is neither long nor short: that of a chunk of 800 tokens of English. A constant;
# the true mean of a store, measured, changes nothing that could be noticed.
USUAL_WORDS = 480


def term_weights(counts: NDArray[np.int32]) -> NDArray[np.float32]:
    """Of each term by how often it is in the text: more than 0 and less than K1 + 1."""
    length = 1 - B + B * counts.sum() / USUAL_WORDS
    weights: NDArray[np.float32] = (counts * (K1 + 1) / (counts + K1 * length)).astype(np.float32)
    return weights
