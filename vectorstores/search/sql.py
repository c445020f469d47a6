"""The search of one store by one question: one SQL statement, top to bottom, and its rows.

    files                     the files that may be found, if both legs scan the whole store
    vector_seen, vector_leg   the nearest chunks: those looked at, and of these those to be found
    text_seen, text_leg       the chunks with the most of the question's words, likewise
    found                     the chunks of either leg, each with both of its numbers
    best                      the highest scores; only of these is the text read

    score = vector_weight * cosine + text_weight * BM25 / what no chunk can reach

`cosine` is that of the angle between question and chunk. BM25 is divided by the sum over the
question's words of idf * (k1 + 1). Where the score is negative, as a cosine can be, it is shown as
0; so it is in [0, 1], and chunks below 0 are still in order. It does not depend on what else was
found: the same question and chunk have the same score whatever the limit or the filter, and scores
of several questions can be compared. A question without words has the cosine alone.

Without a filter hardly a chunk is of a file that may not be found. So a leg looks at twice as many
as it is to find and asks for their files then (`filter_after`), because to ask for the files of all
that it passes takes longer than the rest. With a filter it passes only chunks of files that match.

With an index the store stands in the statement itself, because Postgres would not know otherwise
that a partial index is of this store. Without one the store is a value, so that all stores share
one prepared statement. All other values are parameters, always.
"""

import re
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal, NamedTuple
from uuid import UUID

from django.db.models import Q

from vectorstores.models import VectorStore, VectorStoreFile
from vectorstores.models.store_files.store_file import VectorStoreFileQuerySet
from vectorstores.search.plan import Plan
from vectorstores.search.questions import Question

Sql = tuple[str, dict[str, Any]]
"""A text with `%(name)s` for each value, and the values by name."""

Match = Literal["rarest", "all", "any"]
"""Which of a question's words a chunk must have to be found by the text index: one of the rarest,
all, or any."""

LEG = 50
"""Chunks each leg finds at least. With 20 or 100 of them answers are as good."""


def leg_size(limit: int) -> int:
    """Return how many chunks each leg finds, if there are as many."""
    return max(LEG, limit)


def leg_depth(limit: int, *, filter_after: bool) -> int:
    """Return how many chunks each leg looks at, if there are as many."""
    return 2 * leg_size(limit) if filter_after else leg_size(limit)


# --- the vector leg ---------------------------------------------------------------------------

VECTOR_EXACT = """
vector_seen AS MATERIALIZED (
    SELECT store_file_id, position, embedding <=> %(vector)s AS distance
      FROM chunk_embedding
     WHERE vector_store_id = %(store)s AND generation = %(generation)s{in_files}
     ORDER BY distance, store_file_id, position LIMIT %(depth)s)"""

# An index gives equals in any order, and its chunks not quite sorted. Postgres does not use it
# without the cast of its expression.
VECTOR_HNSW = """
vector_seen AS MATERIALIZED (
    SELECT store_file_id, position,
           embedding::halfvec({dimensions}) <=> %(vector)s::halfvec({dimensions}) AS distance
      FROM chunk_embedding
     WHERE vector_store_id = '{store}' AND generation = {generation}{in_files}
     ORDER BY distance LIMIT %(depth)s)"""

# Past what a filter leaves out an index has to be searched more thoroughly: of 50 of 300,000
# chunks through a filter of a quarter, 98.8 % are found with 100 candidates, 99.7 % with 800. Set
# for this statement alone, and before its scan begins, since a scan waits for what it depends on.
VECTOR_HNSW_FILTERED = """
ef_search AS MATERIALIZED (
    SELECT set_config('hnsw.ef_search', '800', true) AS is_set),
vector_seen AS MATERIALIZED (
    SELECT store_file_id, position,
           embedding::halfvec({dimensions}) <=> %(vector)s::halfvec({dimensions}) AS distance
      FROM chunk_embedding
     WHERE vector_store_id = '{store}' AND generation = {generation}
       AND (SELECT is_set FROM ef_search) IS NOT NULL{in_files}
     ORDER BY distance LIMIT %(depth)s)"""

VECTOR_LEG = """,
vector_leg AS MATERIALIZED (
    SELECT store_file_id, position
      FROM vector_seen{where_in_files}
     ORDER BY distance, store_file_id, position LIMIT %(legs)s)"""


def vector_leg(store: VectorStore, plan: Plan, in_files: str, where_in_files: str) -> str:
    """Return the CTEs vector_seen and vector_leg."""
    templates = {
        "exact": VECTOR_EXACT,
        "hnsw": VECTOR_HNSW,
        "hnsw_filtered": VECTOR_HNSW_FILTERED,
    }
    seen = templates[plan.vector].format(
        store=store.pk,
        generation=int(store.generation),
        dimensions=int(store.embedding_dimensions),
        in_files=in_files,
    )
    return seen + VECTOR_LEG.format(where_in_files=where_in_files)


# --- the text leg -----------------------------------------------------------------------------

# A chunk with none of the words is not found. Scores are computed after the index was read.
TEXT_EXACT = """
text_seen AS MATERIALIZED (
    SELECT *
      FROM (SELECT store_file_id, position, weights <#> %(weights)s AS distance
              FROM (SELECT store_file_id, position, weights
                      FROM chunk_terms
                     WHERE vector_store_id = %(store)s{in_files}) AS candidates
             ORDER BY distance, store_file_id, position LIMIT %(depth)s) AS ranked
     WHERE distance < 0)"""

TEXT_GIN = """
text_seen AS MATERIALIZED (
    SELECT *
      FROM (SELECT store_file_id, position, weights <#> %(weights)s AS distance
              FROM (SELECT store_file_id, position, weights
                      FROM chunk_terms
                     WHERE vector_store_id = '{store}' AND {match}{in_files}
                     LIMIT %(most)s) AS candidates
             ORDER BY distance, store_file_id, position LIMIT %(depth)s) AS ranked
     WHERE distance < 0)"""

MATCH: dict[Match, str] = {
    "rarest": "terms && %(rarest)s::int4[]",
    "all": "terms @> %(every)s::int4[]",
    "any": "terms && %(every)s::int4[]",
}

TEXT_LEG = """,
text_leg AS MATERIALIZED (
    SELECT store_file_id, position
      FROM text_seen{where_in_files}
     ORDER BY distance, store_file_id, position LIMIT %(legs)s)"""


def text_leg(
    store: VectorStore, plan: Plan, match: Match, in_files: str, where_in_files: str
) -> str:
    """Return the CTEs text_seen and text_leg."""
    template = TEXT_GIN if plan.text == "gin" else TEXT_EXACT
    seen = template.format(store=store.pk, match=MATCH[match], in_files=in_files)
    return seen + TEXT_LEG.format(where_in_files=where_in_files)


# --- the score, and the best by it ------------------------------------------------------------

# Both numbers are looked up by key, one by one, because Postgres might read the whole store for a
# hundred chunks if they were joined. NULL: the chunk's embedding is gone.
COSINE = """(
           SELECT 1 - (embedding <=> %(vector)s)
             FROM chunk_embedding
            WHERE vector_store_id = %(store)s AND generation = %(generation)s
              AND store_file_id = place.store_file_id AND position = place.position)"""
BM25 = """coalesce((
           SELECT -(weights <#> %(weights)s)
             FROM chunk_terms
            WHERE vector_store_id = %(store)s
              AND store_file_id = place.store_file_id AND position = place.position), 0)"""

VECTOR_PLACES = "SELECT store_file_id, position FROM vector_leg"
TEXT_PLACES = "SELECT store_file_id, position FROM text_leg"

VECTOR_COUNTS = """(SELECT count(*) FROM vector_leg) AS vector_leg,
               (SELECT count(*) FROM vector_seen) AS vector_seen"""
TEXT_COUNTS = """(SELECT count(*) FROM text_leg) AS text_leg,
               (SELECT count(*) FROM text_seen) AS text_seen"""

# At least one row: the counts, also if nothing was found. Its columns are those of `Candidate`,
# then COUNTS.
RANKED = """
found AS MATERIALIZED (
    SELECT store_file_id, position,
           {cosine} AS cosine,
           {bm25} AS bm25
      FROM ({places}) AS place),
best AS (
    SELECT store_file_id, position,
           %(vector_weight)s::float8 * cosine + %(text_weight)s::float8 * bm25 AS score
      FROM found WHERE cosine IS NOT NULL
     ORDER BY score DESC, store_file_id, position LIMIT %(limit)s)
SELECT file.id, file.filename, best.score, owner.attributes, chunk.text, chunk.page, chunk.heading,
       best.store_file_id, best.position, chunk.start, counts.*
  FROM (SELECT {vector_counts},
               {text_counts},
               (SELECT generation FROM vectorstores_vectorstore WHERE id = %(store)s) AS generation
       ) AS counts
  LEFT JOIN (best
       JOIN chunk ON chunk.vector_store_id = %(store)s
        AND chunk.store_file_id = best.store_file_id AND chunk.position = best.position
       JOIN vectorstores_vectorstorefile AS owner ON owner.id = best.store_file_id
       JOIN vectorstores_file AS file ON file.id = owner.file_id) ON true
 ORDER BY best.score DESC, best.store_file_id, best.position"""


def ranked(question: Question, plan: Plan) -> str:
    """Return the CTEs found and best, and the rows of the best."""
    by_vector, by_text = plan.vector != "none", plan.text != "none"
    places = [*([VECTOR_PLACES] if by_vector else []), *([TEXT_PLACES] if by_text else [])]
    return RANKED.format(
        cosine=COSINE if question.vector else "0",
        bm25=BM25 if question.has_words else "0",
        places=" UNION ".join(places),
        vector_counts=VECTOR_COUNTS if by_vector else "0 AS vector_leg, 0 AS vector_seen",
        text_counts=TEXT_COUNTS if by_text else "0 AS text_leg, 0 AS text_seen",
    )


# --- the statement ----------------------------------------------------------------------------


def search_statement(
    store: VectorStore,
    question: Question,
    plan: Plan,
    files: Sql,
    *,
    vector_weight: float,
    limit: int,
    filter_after: bool,
    match: Match = "rarest",
) -> Sql:
    """Return the statement whose rows `read_rows` reads.

    `files` selects the keys of the files that may be found. The question has a vector and words, as
    the plan wants.
    """
    file_keys, file_values = files
    ctes = []
    in_files = where_in_files = ""
    if filter_after:
        where_in_files = f"\n     WHERE store_file_id IN ({file_keys})"
    elif plan.uses_index:
        in_files = f"\n       AND store_file_id IN ({file_keys})"
    else:  # two scans of the whole store share the keys
        ctes.append(f"\nfiles AS MATERIALIZED ({file_keys})")
        in_files = "\n       AND store_file_id IN (SELECT pk FROM files)"
    if plan.vector != "none":
        ctes.append(vector_leg(store, plan, in_files, where_in_files))
    if plan.text != "none":
        ctes.append(text_leg(store, plan, match, in_files, where_in_files))
    values = {
        **file_values,
        "store": store.pk,
        "generation": store.generation,
        "legs": leg_size(limit),
        "depth": leg_depth(limit, filter_after=filter_after),
        "limit": limit,
        "vector": question.vector,
        "vector_weight": 1.0,
        "text_weight": 0.0,
    }
    if question.has_words:
        values |= {
            "vector_weight": vector_weight,
            "text_weight": (1 - vector_weight) / question.bm25_bound,
            "weights": question.weights,
            "rarest": question.rarest(),
            "every": question.terms.tolist(),
            "most": question.most_candidates,
        }
    return "WITH" + ",".join([*ctes, ranked(question, plan)]), values


def searchable_files(store: VectorStore, where: Q, now: datetime) -> Sql:
    """Select the keys of the files that may be found and that `where` is true of."""
    if where:
        return _compiled(VectorStoreFile.objects.in_store(store).searchable(now).filter(where))
    text, values = _all_files()
    actual = {_ANY_STORE: store.pk, _ANY_TIME: now}
    return text, {name: actual.get(value, value) for name, value in values.items()}


_ANY_STORE, _ANY_TIME = UUID(int=0), datetime.min.replace(tzinfo=UTC)


@cache
def _all_files() -> Sql:
    """Compile the query without a filter once, because Django needs a millisecond to write it, and
    it is the same for every store."""
    store = VectorStore(pk=_ANY_STORE)
    return _compiled(VectorStoreFile.objects.in_store(store).searchable(_ANY_TIME))


def _compiled(rows: VectorStoreFileQuerySet) -> Sql:
    """Give the values names, so that they can stand among others."""
    text, listed = rows.order_by().values("pk").query.sql_with_params()
    values = {f"file_{number}": value for number, value in enumerate(listed)}
    names = iter(values)
    # `%%` is a percent sign, and stays one.
    text = re.sub("%s|%%", lambda each: f"%({next(names)})s" if each[0] == "%s" else "%%", text)
    return text, values


# --- its rows ---------------------------------------------------------------------------------


class Candidate(NamedTuple):
    """A chunk that was found, before answers are ranked together."""

    file_id: UUID
    filename: str
    score: float
    attributes: str
    text: str
    page: int | None
    heading: str | None
    store_file_id: int
    position: int
    start: int


COUNTS = ("vector_leg", "vector_seen", "text_leg", "text_seen", "generation")
"""How many chunks each leg has found, and looked at; and the generation of embeddings that the
store was searched by at that moment, None if the store is gone."""


def read_rows(rows: list[tuple[Any, ...]]) -> tuple[list[Candidate], dict[str, Any]]:
    """Return the candidates, best first, and the COUNTS by name."""
    size = len(Candidate._fields)
    found = [Candidate(*row[:size]) for row in rows if row[0] is not None]
    return found, dict(zip(COUNTS, rows[0][size:], strict=True))
