"""The statement of a search: its text, and its parameters."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from django.db.models import Q
from pgvector import HalfVector

from vectorstores.models import VectorStore
from vectorstores.search.filters import parse, to_q
from vectorstores.search.plan import Plan
from vectorstores.search.questions import Question
from vectorstores.search.sql import Sql, search_statement, searchable_files

NOW = datetime(2026, 1, 1, tzinfo=UTC)
QUESTION = Question(
    HalfVector([0.5, 0.25]),
    terms=np.array([3, 7], np.int32),
    idf=np.array([1.5, 0.5], np.float32),
    df=np.array([10.0, 5.0]),
    chunks=1_000,
)


def store(number: int) -> VectorStore:
    return VectorStore(pk=UUID(int=number), generation=number, embedding_dimensions=384)


def statement(store: VectorStore, plan: Plan, *, where: Q | None = None, limit: int = 10) -> Sql:
    where = where or Q()
    files = searchable_files(store, where, NOW)
    how: dict[str, Any] = {"vector_weight": 0.7, "limit": limit, "filter_after": not where}
    return search_statement(store, QUESTION, plan, files, **how)


def test_all_stores_share_the_statement_that_uses_no_index():
    one, values = statement(store(1), Plan("exact", "exact"))
    other, other_values = statement(store(2), Plan("exact", "exact"))

    assert one == other
    assert (values["store"], other_values["store"]) == (UUID(int=1), UUID(int=2))


@pytest.mark.parametrize("plan", [Plan("hnsw", "none"), Plan("none", "gin")], ids=str)
def test_a_statement_that_uses_an_index_contains_the_store_id(plan):
    # Or Postgres would not know that a partial index is of this store.
    text, _ = statement(store(7), plan)

    assert f"vector_store_id = '{UUID(int=7)}'" in text


def test_a_filter_is_never_part_of_the_statement_text():
    one = to_q(parse({"type": "gt", "key": "year", "value": "a"}, "filters"))
    other = to_q(parse({"type": "gt", "key": "'; --", "value": "%(limit)s"}, "filters"))

    text, values = statement(store(1), Plan("exact", "exact"), where=one)
    other_text, other_values = statement(store(1), Plan("exact", "exact"), where=other)

    assert text == other_text
    assert {"year", "a"} <= {value for value in values.values() if isinstance(value, str)}
    assert {"'; --", "%(limit)s"} <= {v for v in other_values.values() if isinstance(v, str)}


def test_a_leg_fetches_twice_as_many_candidates_if_files_are_checked_afterwards():
    # That is without a filter. With one it passes only chunks of files that match.
    through = to_q(parse({"type": "eq", "key": "year", "value": 2026}, "filters"))

    _, unfiltered = statement(store(1), Plan("exact", "exact"), limit=60)
    text, filtered = statement(store(1), Plan("exact", "exact"), where=through, limit=60)

    assert (unfiltered["legs"], unfiltered["depth"]) == (60, 120)
    assert (filtered["legs"], filtered["depth"]) == (60, 60)
    assert text.count("IN (SELECT pk FROM files)") == 2


@pytest.mark.parametrize(
    ("plan", "named"),
    [
        (Plan("exact", "none"), ["vector_seen", "vector_leg"]),
        (Plan("none", "exact"), ["text_seen", "text_leg"]),
        (Plan("hnsw", "gin"), ["vector_seen", "vector_leg", "text_seen", "text_leg"]),
        (Plan("hnsw_filtered", "none"), ["ef_search", "vector_seen", "vector_leg"]),
    ],
    ids=str,
)
def test_a_statement_contains_the_parts_of_its_plan_in_order(plan, named):
    text, _ = statement(store(1), plan)

    parts = [line.split(" AS ")[0] for line in text.splitlines() if line[:1].isalpha()]
    assert parts[0] == "WITH"
    assert [part for part in parts[1:] if not part.startswith("SELECT")] == [
        *named,
        "found",
        "best",
    ]
