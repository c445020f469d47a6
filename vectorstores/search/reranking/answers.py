"""Reads what a reranker has answered.

    {"results": [{"index": 1, "relevance_score": 0.98}, …]}    Cohere, Jina, vLLM and others
    [{"index": 1, "score": 0.98}, …]                           text-embeddings-inference

In any order, usually the best first.
"""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray


def read_scores(body: bytes, *, count: int) -> NDArray[np.float64]:
    """One score for each of `count` texts, in their order, as the service gave it.

    Raises ValueError, worded to follow "but", unless each text has exactly one and each is finite.
    """
    try:
        answer = json.loads(body)
        results = answer if isinstance(answer, list) else answer["results"]
        found = [(item["index"], _score(item)) for item in results]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise ValueError("not with a list of scores") from error
    scores = np.full(count, np.nan)
    for index, score in found:
        if type(index) is not int or not 0 <= index < count:
            raise ValueError(f"with a score for text {index!r:.20} of {count}")
        if not np.isnan(scores[index]):
            raise ValueError(f"with two scores for text {index}")
        if not np.isfinite(score):  # JSON has no such numbers, and Python reads them
            raise ValueError(f"with a score of {score} for text {index}")
        scores[index] = score
    if len(found) != count:
        raise ValueError(f"with {len(found)} scores for {count} texts")
    return scores


def _score(item: dict[str, Any]) -> float:
    value = item["relevance_score"] if "relevance_score" in item else item["score"]
    if type(value) not in (int, float):
        raise TypeError("a score is a number")
    return float(value)
