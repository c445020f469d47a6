"""A search of one store by one question, as one statement.

    near, alike    what each leg has found: the nearest chunks, and those with the most words
    found          either, each with both its numbers
    best           the highest scores; only of these the text is read

Without a filter hardly a chunk is of a file that may not be found, so a leg looks at twice as many
as it is to find and asks for their files then (`late`): to ask for the files of all that it passes
takes longer than the rest. With a filter it passes only chunks of files that match.

With an index the store stands in the statement itself: that is how Postgres knows that a partial
index is of this store. Without one it is a value, so that all stores share one prepared statement.
"""

from typing import Any, NamedTuple

from vectorstores.models import VectorStore
from vectorstores.search.files import Files
from vectorstores.search.legs import THOROUGHLY, Having, alike, depth_for, legs_for, near
from vectorstores.search.plan import Plan
from vectorstores.search.questions import Question
from vectorstores.search.score import BM25, COSINE, SCORE, shares

LEGS = ("near", "alike")
_LEG = """{leg}_seen AS MATERIALIZED ({ranked}),
{leg} AS MATERIALIZED (
    SELECT store_file_id, position
      FROM {leg}_seen {may_be_found}
     ORDER BY distance, store_file_id, position LIMIT %(legs)s)"""

_OF_FILES = "{where} store_file_id IN ({files})"

_FOUND = """found AS MATERIALIZED (
    SELECT store_file_id, position, {cosine} AS cosine, {bm25} AS bm25
      FROM ({legs}) AS place)"""

_BEST = """best AS (
    SELECT store_file_id, position, {score} AS score
      FROM found WHERE cosine IS NOT NULL
     ORDER BY score DESC, store_file_id, position LIMIT %(limit)s)"""

# One row at least: the counts, also where nothing was found.
_ROWS = """
SELECT file.id, file.filename, best.score, owner.attributes, chunk.text, chunk.page, chunk.heading,
       best.store_file_id, best.position, chunk.start, counts.*
  FROM (SELECT {counts}) AS counts
  LEFT JOIN (best
       JOIN chunk ON chunk.vector_store_id = %(store)s
        AND chunk.store_file_id = best.store_file_id AND chunk.position = best.position
       JOIN vectorstores_vectorstorefile AS owner ON owner.id = best.store_file_id
       JOIN vectorstores_file AS file ON file.id = owner.file_id) ON true
 ORDER BY best.score DESC, best.store_file_id, best.position"""
_COUNT = "(SELECT count(*) FROM {of})"
_GENERATION = "(SELECT generation FROM vectorstores_vectorstore WHERE id = %(store)s)"


class Statement(NamedTuple):
    text: str
    values: dict[str, Any]
    is_shared: bool  # by all stores


def statement(
    store: VectorStore,
    question: Question,
    plan: Plan,
    files: Files,
    *,
    meaning: float,
    limit: int,
    late: bool,
    having: Having = "rarest",
) -> Statement:
    """To be understood by `rows.read`. The question has a vector or words, as the plan wants.

    `having` is which of its words chunks have that a text index is to find.
    """
    by_index = bool({plan.vector, plan.text} & {"hnsw", "hnsw_filtered", "gin"})
    shares_files = not by_index and not late  # two scans of the whole store read them once
    keys = "SELECT pk FROM files" if shares_files else files.text
    of_files = "" if late else _OF_FILES.format(where="AND", files=keys)
    legs = _legs(store, plan, of_files, having)
    parts = [
        *([THOROUGHLY] if plan.vector == "hnsw_filtered" else []),
        *([f"files AS MATERIALIZED ({files.text})"] if shares_files else []),
        *(_leg(leg, ranked, files.text if late else None) for leg, ranked in legs.items()),
        _found(question, [*legs]),
        _BEST.format(score=SCORE),
    ]
    text = "WITH " + ",\n".join(parts) + _ROWS.format(counts=_counts([*legs]))
    values = {
        **files.values,
        **_values_of(question),
        **shares(meaning, question.words),
        "store": store.pk,
        "generation": store.generation,
        "legs": legs_for(limit),
        "depth": depth_for(limit, late=late),
        "limit": limit,
    }
    return Statement(text, values, is_shared=not by_index)


def _legs(store: VectorStore, plan: Plan, of_files: str, having: Having) -> dict[str, str]:
    legs = {}
    if plan.vector != "none":
        legs["near"] = near(store, plan, of_files)
    if plan.text != "none":
        legs["alike"] = alike(store, plan, of_files, having)
    return legs


def _leg(leg: str, ranked: str, files: str | None) -> str:
    may_be_found = _OF_FILES.format(where="WHERE", files=files) if files else ""
    return _LEG.format(leg=leg, ranked=ranked, may_be_found=may_be_found)


def _found(question: Question, legs: list[str]) -> str:
    return _FOUND.format(
        legs=" UNION ".join(f"SELECT store_file_id, position FROM {leg}" for leg in legs),  # noqa: S608, our own names
        cosine=COSINE if question.vector else "0",
        bm25=BM25 if question.words else "0",
    )


def _counts(legs: list[str]) -> str:
    """In the order of `Counts`."""
    counts = (
        f"{_COUNT.format(of=name) if leg in legs else '0'} AS {name}"
        for leg in LEGS
        for name in (leg, f"{leg}_seen")
    )
    return ", ".join([*counts, f"{_GENERATION} AS generation"])


def _values_of(question: Question) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if question.vector:
        values["vector"] = question.vector
    if words := question.words:
        values |= {
            "weights": words.weights,
            "rarest": words.rarest() or words.rarest_one(),
            "every": words.ids.tolist(),
            "most": words.most_candidates,
        }
    return values
