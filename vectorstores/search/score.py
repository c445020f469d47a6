"""What a score means, and how it is computed, in SQL: the best are chosen where the chunks are.

    score = meaning * cosine + (1 - meaning) * words

`cosine` is that of the angle between question and chunk. `words` is BM25 of the question's words
in the chunk, divided by what no chunk can reach: the sum over its words of idf * (k1 + 1). Where
the sum is negative, as a cosine can be, the score is 0; so it is in [0, 1], and chunks below 0 are
still in order. Neither part depends on what else was found: the same question and chunk have the
same score whatever the limit or the filter, and scores of several questions can be compared. A
question without words has the cosine alone.
"""

from typing import Any

from vectorstores.search.questions import Words

# Looked up by key, one by one: joined, Postgres might read the whole store for a hundred chunks.

# NULL: its embedding is gone.
COSINE = """(SELECT 1 - (embedding <=> %(vector)s)
               FROM chunk_embedding
              WHERE vector_store_id = %(store)s AND generation = %(generation)s
                AND store_file_id = place.store_file_id AND position = place.position)"""
BM25 = """coalesce((SELECT -(weights <#> %(weights)s)
                      FROM chunk_terms
                     WHERE vector_store_id = %(store)s
                       AND store_file_id = place.store_file_id AND position = place.position), 0)"""
SCORE = "%(meaning)s::float8 * cosine + %(words)s::float8 * bm25"


def shares(meaning: float, words: Words | None) -> dict[str, Any]:
    """What `SCORE` multiplies both numbers with."""
    if words is None:
        return {"meaning": 1.0, "words": 0.0}
    return {"meaning": meaning, "words": (1 - meaning) / words.bound}


def shown(score: float) -> float:
    """Half precision makes a vector's own cosine a little more than 1."""
    return min(1.0, max(0.0, score))
