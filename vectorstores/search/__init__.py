"""Questions in, the best chunks out."""

from vectorstores.search.ranking import AUTO, NONE, Ranking, default_vector_weight, share_of
from vectorstores.search.results import Hit, SearchResult
from vectorstores.search.search import search

__all__ = [
    "AUTO",
    "NONE",
    "Hit",
    "Ranking",
    "SearchResult",
    "default_vector_weight",
    "search",
    "share_of",
]
