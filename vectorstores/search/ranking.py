"""How what is found is to be ranked."""

from dataclasses import dataclass

from django.conf import settings

NONE, AUTO = "none", "auto"


@dataclass(frozen=True)
class Ranking:
    """`meaning` is the share of the cosine in a score, from 0 to 1; the question's words have the
    rest. `ranker` is "auto" for the reranker of the settings, if there is one, its name to insist
    on it, and "none" for no other order than by that score.
    """

    meaning: float
    ranker: str = AUTO
    score_threshold: float = 0.0
    skip_overlapping: bool = False
    rewrite: bool = False

    @property
    def insists(self) -> bool:
        """Whether a reranker was named, and no other order will do."""
        return self.ranker not in (NONE, AUTO)


def usual_meaning(ranker: str) -> float:
    """Where a client gives no weights."""
    return 1.0 if ranker == NONE else settings.SEARCH_EMBEDDING_WEIGHT
