"""Questions in, the best chunks out."""

from vectorstores.search.ranking import AUTO, NONE, Ranking, usual_meaning
from vectorstores.search.results import Found, Hit
from vectorstores.search.search import search

__all__ = ["AUTO", "NONE", "Found", "Hit", "Ranking", "search", "usual_meaning"]
