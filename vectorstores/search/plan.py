"""The plan of a search, chosen from the facts of its store.

    vector   exact           every chunk that may be found is compared
             hnsw            the store's index; Postgres goes on in it until there are enough
             hnsw_filtered   likewise, past the chunks of files that the filter leaves out
             none            vectors have no weight
    text     exact           likewise
             gin             the chunks that have the rarest of the question's words are scored
             none            words have no weight, or the question has none

Comparing exactly is always right. So it is the plan without an index, and where a filter leaves few
chunks, since an index would then miss some and take longer.
"""

from dataclasses import dataclass, replace

from vectorstores.indexes.needs import index_min_rows, text_index_min_rows
from vectorstores.search.store_facts import StoreFacts

LEAST_SHARE, LEAST_SHARE_OF_WORDS = 0.2, 0.05
"""Shares of a store's chunks. If fewer match a filter, a search in the graph of vectors passes so
many others that it misses some: of 50 among 300,000 chunks, 96 to 98 % are found where a tenth
matches, whatever the effort, and no faster than exactly. The text index misses none, and is merely
slower then."""


@dataclass(frozen=True)
class Plan:
    vector: str
    text: str
    matches: int | None = None  # chunks the filter leaves, if it mattered how many

    def __str__(self) -> str:
        counted = "" if self.matches is None else f", matches={self.matches}"
        return f"vector={self.vector}, text={self.text}{counted}"

    @property
    def uses_vector_index(self) -> bool:
        return self.vector in ("hnsw", "hnsw_filtered")

    @property
    def uses_index(self) -> bool:
        return self.uses_vector_index or self.text == "gin"

    @property
    def is_empty(self) -> bool:
        return self.vector == self.text == "none"

    def exactly(self) -> "Plan":
        return replace(self, vector="exact")

    def without_text(self) -> "Plan":
        return replace(self, text="none")


def choose_plan(
    facts: StoreFacts,
    *,
    dimensions: int,
    vector_weight: float,
    filtered: bool,
    matches: int | None,
) -> Plan:
    """Return the plan for a store. `matches` are the chunks of its filter, if they were counted."""
    vector, text = "exact", "exact"
    vector_min = max(index_min_rows(dimensions), facts.chunks * LEAST_SHARE)
    text_min = max(text_index_min_rows(), facts.chunks * LEAST_SHARE_OF_WORDS)
    if facts.vector_index and (matches is None or matches > vector_min):
        vector = "hnsw_filtered" if filtered else "hnsw"
    if facts.text_index and (matches is None or matches > text_min):
        text = "gin"
    return Plan(
        vector=vector if vector_weight > 0 else "none",
        text=text if vector_weight < 1 else "none",
        matches=matches,
    )


def most_to_count(facts: StoreFacts, dimensions: int) -> int:
    """Return the number of matches above which the plan stays the same."""
    enough = index_min_rows(dimensions), text_index_min_rows(), int(facts.chunks * LEAST_SHARE)
    return max(enough) + 1
