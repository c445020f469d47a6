"""Ways to make one list of two legs, compared without a database."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.exact import Scores, best

LEG = 50  # candidates of each leg

Join = Callable[[Scores, Scores], Scores]
"""Of the cosines and the words' scores of all chunks. What is no candidate has 0 or less."""


def reciprocal_ranks(k: int, *, weight: float = 1) -> Join:
    """Fuse by reciprocal rank. `weight` is that of the cosine's list; the other's is 1."""

    def join(cosines: Scores, words: Scores) -> Scores:
        scores = np.zeros_like(cosines)
        for leg, counts in ((cosines, weight), (words, 1)):
            first = best(leg, LEG)
            scores[first] += counts / (k + 1 + np.arange(len(first), dtype=np.float32))
        return scores

    return join


def stretched(meaning: float) -> Join:
    """Scale each leg to its least and its best candidate, of both scores."""

    def join(cosines: Scores, words: Scores) -> Scores:
        places = _candidates(cosines, words)
        scores = np.zeros_like(cosines)
        for leg, counts in ((cosines, meaning), (words, 1 - meaning)):
            low, high = leg[places].min(), leg[places].max()
            scores[places] += counts * (leg[places] - low) / max(high - low, 1e-9)
        return scores

    return join


def stretched_apart(meaning: float) -> Join:
    """Scale each leg to its own candidates; one that is in one list only has 0 from the other."""

    def join(cosines: Scores, words: Scores) -> Scores:
        scores = np.zeros_like(cosines)
        for leg, counts in ((cosines, meaning), (words, 1 - meaning)):
            first = best(leg, LEG)
            if first:
                low, high = leg[first].min(), leg[first].max()
                scores[first] += counts * (leg[first] - low) / max(high - low, 1e-9)
        return scores

    return join


def bounded(meaning: float) -> Join:
    """Return both scores of each candidate as they are, since both are shares of a maximum."""

    def join(cosines: Scores, words: Scores) -> Scores:
        places = _candidates(cosines, words)
        scores = np.zeros_like(cosines)
        scores[places] = meaning * cosines[places] + (1 - meaning) * words[places]
        return scores

    return join


def _candidates(cosines: Scores, words: Scores) -> NDArray[np.intp]:
    return np.union1d(best(cosines, LEG), best(words, LEG)).astype(np.intp)


JOINS: dict[str, Join] = {
    "reciprocal ranks, k = 60": reciprocal_ranks(60),
    "reciprocal ranks, k = 10": reciprocal_ranks(10),
    "reciprocal ranks, k = 60, meaning four times": reciprocal_ranks(60, weight=4),
    "min-max of each list, 0.5": stretched_apart(0.5),
    "min-max of each list, 0.7": stretched_apart(0.7),
    "min-max of all candidates, 0.5": stretched(0.5),
    "min-max of all candidates, 0.7": stretched(0.7),
    "bounded, 0.5": bounded(0.5),
    "bounded, 0.6": bounded(0.6),
    "bounded, 0.7": bounded(0.7),
    "bounded, 0.8": bounded(0.8),
}
