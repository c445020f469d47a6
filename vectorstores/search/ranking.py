"""Ranking of candidates: what a client may ask for, and the order of several answers."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from vectorstores.search.sql import Candidate

NONE, AUTO = "none", "auto"

MOST_SHARED = 0.25
"""The part of the shorter chunk's text, in characters, that two may share. Neighbours of 800 tokens
that overlap by 400 share half, and those two places apart nothing."""


@dataclass(frozen=True)
class Ranking:
    """`vector_weight` is the cosine's share of a score, from 0 to 1; the question's words have the
    rest. `ranker` is "auto" for the reranker of the settings, if there is one, its name to insist
    on it, and "none" for no other order than by that score.
    """

    vector_weight: float
    ranker: str = AUTO
    score_threshold: float = 0.0
    skip_overlapping: bool = False
    rewrite: bool = False

    @property
    def insists(self) -> bool:
        """True if a reranker was named, and no other order will do."""
        return self.ranker not in (NONE, AUTO)


def default_vector_weight(ranker: str) -> float:
    """Return the cosine's share if a client gives no weights."""
    return 1.0 if ranker == NONE else settings.SEARCH_EMBEDDING_WEIGHT


def share_of(weight: float, other: float) -> float:
    """Return the share of `weight` in both, whose sum may be larger than a float can be."""
    larger = max(weight, other)
    return weight / larger / (weight / larger + other / larger)


def merged(answers: Iterable[Iterable[Candidate]]) -> list[Candidate]:
    """Return each chunk once, with its best score; ties in the order of the files."""
    best: dict[tuple[int, int], Candidate] = {}
    for candidate in (candidate for answer in answers for candidate in answer):
        place = candidate.store_file_id, candidate.position
        if place not in best or candidate.score > best[place].score:
            best[place] = candidate
    return sorted(best.values(), key=lambda each: (-each.score, each.store_file_id, each.position))


def without_repeats(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Leave out chunks that share much text with a better one of the same file.

    `candidates` come best first. Neighbours in a file share up to half of their text.
    """
    kept: dict[int, list[Candidate]] = defaultdict(list)
    chosen = []
    for candidate in candidates:
        if not any(_repeats(candidate, better) for better in kept[candidate.store_file_id]):
            kept[candidate.store_file_id].append(candidate)
            chosen.append(candidate)
    return chosen


def _repeats(candidate: Candidate, better: Candidate) -> bool:
    end, its_end = candidate.start + len(candidate.text), better.start + len(better.text)
    shared = min(end, its_end) - max(candidate.start, better.start)
    return shared > MOST_SHARED * min(len(candidate.text), len(better.text))
