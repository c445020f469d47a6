"""What services call a score, and how it becomes one in [0, 1]: always by the same function, which
keeps any two apart. Cut off at the ends, all good texts would be equally good; stretched between
the best and the worst of an answer, scores would mean nothing in the next search.

    probability  as it is. What Cohere, Jina up to its reranker 2 and text-embeddings-inference
                 answer, and vLLM for models whose configuration does not say otherwise
    logit        1 / (1 + exp(-x)). Any number: llama.cpp, and models like ms-marco-MiniLM that
                 were trained to give logits; the function is the one that services apply
    cosine       (1 + x) / 2. From -1 to 1: Jina's reranker 3, and embedding models that vLLM
                 serves as rerankers

A service cannot be asked which it is, and one answer does not tell: logits of middling texts lie
between 0 and 1. So an operator says so, and is told when it cannot be true.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUNDING = 1e-3  # of half-precision models at the ends of a range


@dataclass(frozen=True)
class Range:
    lowest: float
    highest: float


RANGES = {
    "probability": Range(0, 1),
    "logit": Range(-np.inf, np.inf),
    "cosine": Range(-1, 1),
}


def outside(values: NDArray[np.float64], kind: str) -> NDArray[np.float64]:
    """Those that no such score can be."""
    allowed = RANGES[kind]
    is_low = values < allowed.lowest - ROUNDING
    return values[is_low | (values > allowed.highest + ROUNDING)]


def to_unit(values: NDArray[np.float64], kind: str) -> NDArray[np.float64]:
    """Scores of a kind, in [0, 1] and in the same order."""
    if kind == "logit":
        # The same without overflow. Single precision would make logits above 17 equal.
        return np.exp(-np.logaddexp(0, -values))
    allowed = RANGES[kind]
    inside = np.clip(values, allowed.lowest, allowed.highest)
    unit: NDArray[np.float64] = (inside - allowed.lowest) / (allowed.highest - allowed.lowest)
    return unit
