"""Indexes are built, and Postgres uses them."""

import pytest
from django.db import transaction
from django.utils import timezone

from tests.vectorstores.indexes.catalog import definition, fetch, indexes, run
from tests.vectorstores.indexes.stores import (
    add,
    beside,
    build_now,
    build_texts,
    build_vectors,
    elsewhere,
    fill,
    texts_of,
    vectors_of,
)
from tests.vectorstores.published import searchable
from vectorstores.indexes import building, sessions
from vectorstores.indexes.building import Outcome
from vectorstores.indexes.definitions import partition_of
from vectorstores.models import IndexBuild, StoreIndex, VectorStore

NEAREST = """
EXPLAIN SELECT store_file_id FROM chunk_embedding
 WHERE vector_store_id = '{store.pk}' AND generation = {store.generation}
 ORDER BY (embedding::halfvec(256)) <=> '[{ones}]'::halfvec(256) LIMIT 10
"""
SHARING_TERMS = """
EXPLAIN SELECT store_file_id FROM chunk_terms
 WHERE vector_store_id = '{store.pk}' AND terms && '{{1,2,3}}'::int4[]
"""


def plan(statement: str, store: VectorStore, *off: str) -> str:
    """Return the plan with these ways turned off, because with so few rows they are as good."""
    ones = ",".join("1" * 256)
    with transaction.atomic():
        for way in off:
            run(f"SET LOCAL enable_{way} = off")
        rows = fetch(statement.format(store=store, ones=ones))
    return "\n".join(text for (text,) in rows)


def nearest(store: VectorStore) -> str:
    return plan(NEAREST, store, "seqscan", "sort")


def sharing_terms(store: VectorStore) -> str:
    return plan(SHARING_TERMS, store, "seqscan", "indexscan")


def test_vector_searches_use_the_vector_index(large_store):
    outcome = build_vectors(large_store)

    assert outcome == Outcome.BUILT
    assert f"Index Scan using {vectors_of(large_store).name}" in nearest(large_store)


def test_term_searches_use_the_text_index(large_store):
    searchable(large_store, *(f"wombat {number}" for number in range(1000)))

    outcome = build_texts(large_store)

    assert outcome == Outcome.BUILT
    assert f"Bitmap Index Scan on {texts_of(large_store).name}" in sharing_terms(large_store)


def test_other_stores_do_not_use_the_indexes(large_store):
    other = fill(beside(large_store), files=1)
    build_vectors(large_store)
    build_texts(large_store)

    assert "hnsw" not in nearest(other)
    assert "gin" not in sharing_terms(other)


def test_a_graph_is_denser_than_the_default_and_covers_one_store_and_generation(large_store):
    build_vectors(large_store)

    text = definition(vectors_of(large_store).name)
    assert f"ON public.{partition_of(vectors_of(large_store))} USING hnsw" in text
    assert "((embedding)::halfvec(256)) halfvec_cosine_ops" in text
    assert "WITH (m='32', ef_construction='200')" in text
    assert f"(vector_store_id = '{large_store.pk}'::uuid) AND (generation = 1)" in text


def test_a_text_index_buffers_writes_in_a_short_pending_list(large_store):
    build_texts(large_store)

    text = definition(texts_of(large_store).name)
    assert "USING gin (terms) WITH (fastupdate='on', gin_pending_list_limit='512')" in text
    assert f"WHERE (vector_store_id = '{large_store.pk}'::uuid)" in text


def test_a_build_is_recorded_and_its_request_cleared(large_store):
    began = timezone.now()

    build_vectors(large_store)

    built = IndexBuild.objects.get()
    assert (built.chunks, built.due_at, built.error) == (40, None, "")
    assert began <= built.began_at <= built.finished_at
    row = StoreIndex.objects.get()
    assert (row.name, row.state, row.built_chunks) == (vectors_of(large_store).name, "valid", 40)
    assert row.bytes > 0
    assert row.build_time == built.finished_at - built.began_at


def test_a_valid_index_is_left_alone(large_store):
    build_vectors(large_store)
    ((before,),) = fetch("SELECT %s::regclass::oid::int", vectors_of(large_store).name)

    outcome = build_vectors(large_store)

    assert outcome == Outcome.THERE
    assert fetch("SELECT %s::regclass::oid::int", vectors_of(large_store).name) == [(before,)]
    assert not IndexBuild.objects.unfinished().exists()


def test_a_rebuilt_index_keeps_its_name(large_store):
    build_vectors(large_store)
    ((before,),) = fetch("SELECT %s::regclass::oid::int", vectors_of(large_store).name)
    add(large_store, 1)

    outcome = build_vectors(large_store, rebuild=True)

    assert outcome == Outcome.BUILT
    assert indexes() == {vectors_of(large_store).name: True}
    assert fetch("SELECT %s::regclass::oid::int", vectors_of(large_store).name) != [(before,)]
    assert StoreIndex.objects.get().built_chunks == 50
    assert IndexBuild.objects.get().chunks == 50  # of the builds of one index, the last is kept


def test_the_next_generation_is_indexed_alongside_the_searched_one(large_store):
    build_vectors(large_store)

    outcome = build_now(vectors_of(large_store)._replace(generation=2))

    assert outcome == Outcome.BUILT
    assert list(indexes().values()) == [True, True]


def test_a_build_uses_the_memory_and_workers_of_the_settings(large_store, settings, monkeypatch):
    settings.INDEX_BUILD_MEMORY, settings.INDEX_BUILD_WORKERS = 7 * 1024**2, 3
    seen = set_during_build(monkeypatch)

    build_vectors(large_store)

    assert seen == {"maintenance_work_mem": "7MB", "max_parallel_maintenance_workers": "3"}


def set_during_build(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return the builder's settings as Postgres shows them, filled in when it builds."""
    seen: dict[str, str] = {}
    as_usual = sessions.Session.run

    def watched(self, statement, **how):
        for name in ("maintenance_work_mem", "max_parallel_maintenance_workers"):
            (seen[name],) = self._raw.execute(f"SHOW {name}").fetchone()
        as_usual(self, statement, **how)

    monkeypatch.setattr(sessions.Session, "run", watched)
    return seen


def test_a_build_runs_in_one_process_without_shared_memory(large_store, monkeypatch, caplog):
    # A parallel build wants all of its memory in /dev/shm at once: no machine has this much.
    monkeypatch.setattr(building, "build_memory", lambda *_, **__: 2**40)
    table = partition_of(vectors_of(large_store))
    run(f"ALTER TABLE {table} SET (parallel_workers = 2)")

    outcome = build_vectors(large_store)

    run(f"ALTER TABLE {table} RESET (parallel_workers)")
    assert outcome == Outcome.BUILT
    assert indexes() == {vectors_of(large_store).name: True}
    assert "is built by one process alone: could not resize shared memory" in caplog.text


def test_the_number_of_graphs_on_a_partition_is_limited(large_store, monkeypatch):
    monkeypatch.setattr(building, "MOST_ON_A_PARTITION", 1)
    other = fill(beside(large_store), files=4)
    build_vectors(other)

    outcome = build_vectors(large_store)

    assert outcome == Outcome.REFUSED
    assert indexes() == {vectors_of(other).name: True}
    row = StoreIndex.objects.get(vector_store=large_store)
    assert (row.state, row.error) == ("refused", building.TOO_MANY)
    assert not IndexBuild.objects.due(timezone.now()).exists()


def test_the_limit_spares_text_indexes_and_rebuilds(large_store, monkeypatch):
    build_vectors(large_store)
    monkeypatch.setattr(building, "MOST_ON_A_PARTITION", 1)

    assert build_texts(large_store) == Outcome.BUILT
    assert build_vectors(large_store, rebuild=True) == Outcome.BUILT


def test_the_limit_does_not_affect_other_partitions(large_store, monkeypatch):
    monkeypatch.setattr(building, "MOST_ON_A_PARTITION", 1)
    build_vectors(large_store)

    assert build_vectors(elsewhere(large_store)) == Outcome.BUILT
