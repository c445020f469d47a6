"""How one store is searched, decided from what is known of it.

    vector   exact           every chunk that may be found is compared
             hnsw            the store's index; Postgres goes on in it until there are enough
             hnsw_filtered   likewise, past the chunks of files that the filter leaves out
             none            words alone are asked for
    text     exact           likewise
             gin             the chunks that have the rarest of the question's words are scored
             none            meaning alone is asked for

Exact is always right. So it is what there is without an index, and where it is cheap, which is
where a filter leaves few chunks: there an index would miss some, and take longer.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from vectorstores.indexes.needs import index_min_rows, text_index_min_rows

if TYPE_CHECKING:
    from vectorstores.search.questions import Question

LEAST_SHARE, LEAST_SHARE_OF_WORDS = 0.2, 0.05
"""Of a store's chunks. Where fewer match, so many are passed in the graph of vectors that some are
missed: of 50 among 300,000 chunks, 96 to 98 % are found where a tenth matches, whatever the effort,
and no faster than exactly. The text index misses none, and is merely slower then."""

BY_INDEX = ("hnsw", "hnsw_filtered")


@dataclass(frozen=True)
class Indexes:
    """Which indexes of a store may be used: built, and valid."""

    vector: bool = False
    text: bool = False

    @property
    def any(self) -> bool:
        return self.vector or self.text


@dataclass(frozen=True)
class Plan:
    vector: str
    text: str
    matches: int | None = None  # chunks the filter leaves, where it mattered how many

    def __str__(self) -> str:
        counted = "" if self.matches is None else f", matches={self.matches}"
        return f"vector={self.vector}, text={self.text}{counted}"

    @property
    def walks_index(self) -> bool:
        return self.vector in BY_INDEX

    @property
    def by_rare_words_alone(self) -> bool:
        return self.vector == "none" and self.text == "gin"

    @property
    def finds_nothing(self) -> bool:
        return self.vector == self.text == "none"

    def exactly(self) -> "Plan":
        return replace(self, vector="exact")

    def for_question(self, question: "Question") -> "Plan":
        """Of a question without words, by its meaning alone."""
        return self if question.words else replace(self, text="none")


def plan(
    *,
    indexes: Indexes,
    chunks: int,
    dimensions: int,
    meaning: float,
    filtered: bool,
    matches: int | None,
) -> Plan:
    """`chunks` of the store, roughly; `matches` of its filter, where they were counted."""
    vector, text = "exact", "exact"
    vector_min = max(index_min_rows(dimensions), chunks * LEAST_SHARE)
    text_min = max(text_index_min_rows(), chunks * LEAST_SHARE_OF_WORDS)
    if indexes.vector and _are_many(matches, vector_min):
        vector = "hnsw_filtered" if filtered else "hnsw"
    if indexes.text and _are_many(matches, text_min):
        text = "gin"
    return Plan(
        vector=vector if meaning > 0 else "none",
        text=text if meaning < 1 else "none",
        matches=matches,
    )


def most_to_count(chunks: int, dimensions: int) -> int:
    """More matches than this make no difference to the plan."""
    return max(index_min_rows(dimensions), text_index_min_rows(), int(chunks * LEAST_SHARE)) + 1


def _are_many(matches: int | None, enough: float) -> bool:
    return matches is None or matches > enough
