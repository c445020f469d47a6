"""What each half of a search finds by itself: the nearest chunks, or those with the most words.

Where a leg goes by an index, which of all there are it looks at is up to the index.
"""

from typing import Literal

from vectorstores.models import VectorStore
from vectorstores.search.plan import Plan

Having = Literal["rarest", "all", "any"]
"""Which of a question's words chunks have that the text index is to find: one of the rarest, all,
or any."""

LEG = 50
"""Chunks each leg finds at least. With 20 or 100 of them answers are as good."""

# What an index gives comes in no order among equals, and not quite sorted. Without the cast of its
# expression it is not used.
_NEAR = """
    SELECT store_file_id, position, {distance} AS distance
      FROM chunk_embedding
     WHERE vector_store_id = {store} AND generation = {generation} {of_files}
     ORDER BY {order} LIMIT %(depth)s"""
_EXACT = "embedding <=> %(vector)s"
_BY_INDEX = "embedding::halfvec({size}) <=> %(vector)s::halfvec({size})"

# Past what a filter leaves out an index has to be searched more thoroughly: of 50 of 300,000
# chunks through a filter of a quarter, 98.8 % are found with 100 candidates, 99.7 % with 800. Set
# for this statement alone, and before its scan begins, since a scan waits for what it depends on.
THOROUGHLY = """thoroughly AS MATERIALIZED (
    SELECT set_config('hnsw.ef_search', '800', true) AS is_set)"""
_IF_SET = "AND (SELECT is_set FROM thoroughly) IS NOT NULL "

# A chunk with none of the words is not alike. Scores are computed after the index was read.
_ALIKE = """
    SELECT *
      FROM (SELECT store_file_id, position, weights <#> %(weights)s AS distance
              FROM (SELECT store_file_id, position, weights
                      FROM chunk_terms
                     WHERE vector_store_id = {store} {which} {of_files} {most}) AS candidates
             ORDER BY distance, store_file_id, position LIMIT %(depth)s) AS ranked
     WHERE distance < 0"""

_HAVING = {
    "rarest": "AND terms && %(rarest)s::int4[]",
    "all": "AND terms @> %(every)s::int4[]",
    "any": "AND terms && %(every)s::int4[]",
}


def legs_for(limit: int) -> int:
    """How many chunks each leg finds, if there are as many."""
    return max(LEG, limit)


def depth_for(limit: int, *, late: bool) -> int:
    """How many it looks at, likewise."""
    return 2 * legs_for(limit) if late else legs_for(limit)


def near(store: VectorStore, plan: Plan, of_files: str) -> str:
    if plan.vector == "exact":
        place = {"store": "%(store)s", "generation": "%(generation)s"}
        order = "distance, store_file_id, position"
        return _NEAR.format(distance=_EXACT, order=order, of_files=of_files, **place)
    if plan.vector == "hnsw_filtered":
        of_files = _IF_SET + of_files
    place = {"store": f"'{store.pk}'", "generation": str(int(store.generation))}
    distance = _BY_INDEX.format(size=int(store.embedding_dimensions))
    return _NEAR.format(distance=distance, order="distance", of_files=of_files, **place)


def alike(store: VectorStore, plan: Plan, of_files: str, having: Having) -> str:
    if plan.text == "exact":
        return _ALIKE.format(store="%(store)s", which="", of_files=of_files, most="")
    return _ALIKE.format(
        store=f"'{store.pk}'",
        which=_HAVING[having],
        of_files=of_files,
        most="LIMIT %(most)s",
    )
