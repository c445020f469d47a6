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


def test_vectors_are_found_by_their_index(large_store):
    outcome = build_vectors(large_store)

    assert outcome == Outcome.BUILT
    assert f"Index Scan using {vectors_of(large_store).name}" in nearest(large_store)


def test_terms_are_found_by_theirs(large_store):
    searchable(large_store, *(f"wombat {number}" for number in range(1000)))

    outcome = build_texts(large_store)

    assert outcome == Outcome.BUILT
    assert f"Bitmap Index Scan on {texts_of(large_store).name}" in sharing_terms(large_store)


def test_another_store_does_not_use_them(large_store):
    other = fill(beside(large_store), files=1)
    build_vectors(large_store)
    build_texts(large_store)

    assert "hnsw" not in nearest(other)
    assert "gin" not in sharing_terms(other)


def test_a_graph_is_denser_than_usual_and_of_one_store_and_generation(large_store):
    build_vectors(large_store)

    text = definition(vectors_of(large_store).name)
    assert f"ON public.{partition_of(vectors_of(large_store))} USING hnsw" in text
    assert "((embedding)::halfvec(256)) halfvec_cosine_ops" in text
    assert "WITH (m='32', ef_construction='200')" in text
    assert f"(vector_store_id = '{large_store.pk}'::uuid) AND (generation = 1)" in text


def test_an_index_of_terms_takes_writes_into_a_short_list_first(large_store):
    build_texts(large_store)

    text = definition(texts_of(large_store).name)
    assert "USING gin (terms) WITH (fastupdate='on', gin_pending_list_limit='512')" in text
    assert f"WHERE (vector_store_id = '{large_store.pk}'::uuid)" in text


def test_what_was_built_is_written_down_and_nothing_is_wanted_any_more(large_store):
    began = timezone.now()

    build_vectors(large_store)

    built = IndexBuild.objects.get()
    assert (built.chunks, built.due_at, built.error) == (40, None, "")
    assert began <= built.began_at <= built.finished_at
    row = StoreIndex.objects.get()
    assert (row.name, row.state, row.built_chunks) == (vectors_of(large_store).name, "valid", 40)
    assert row.bytes > 0
    assert row.build_time == built.finished_at - built.began_at


def test_what_is_there_is_left_as_it_is(large_store):
    build_vectors(large_store)
    ((before,),) = fetch("SELECT %s::regclass::oid::int", vectors_of(large_store).name)

    outcome = build_vectors(large_store)

    assert outcome == Outcome.THERE
    assert fetch("SELECT %s::regclass::oid::int", vectors_of(large_store).name) == [(before,)]
    assert not IndexBuild.objects.unfinished().exists()


def test_an_index_can_be_built_anew_and_has_its_name_again(large_store):
    build_vectors(large_store)
    ((before,),) = fetch("SELECT %s::regclass::oid::int", vectors_of(large_store).name)
    add(large_store, 1)

    outcome = build_vectors(large_store, rebuild=True)

    assert outcome == Outcome.BUILT
    assert indexes() == {vectors_of(large_store).name: True}
    assert fetch("SELECT %s::regclass::oid::int", vectors_of(large_store).name) != [(before,)]
    assert StoreIndex.objects.get().built_chunks == 50
    assert IndexBuild.objects.get().chunks == 50  # of the builds of one index, the last is kept


def test_the_next_generation_is_indexed_beside_the_one_that_is_searched(large_store):
    build_vectors(large_store)

    outcome = build_now(vectors_of(large_store)._replace(generation=2))

    assert outcome == Outcome.BUILT
    assert list(indexes().values()) == [True, True]


def test_a_build_takes_memory_and_helpers_as_the_settings_say(large_store, settings, monkeypatch):
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


def test_without_shared_memory_one_process_builds_alone(large_store, monkeypatch, caplog):
    # A parallel build wants all of its memory in /dev/shm at once: no machine has this much.
    monkeypatch.setattr(building, "build_memory", lambda *_, **__: 2**40)
    table = partition_of(vectors_of(large_store))
    run(f"ALTER TABLE {table} SET (parallel_workers = 2)")

    outcome = build_vectors(large_store)

    run(f"ALTER TABLE {table} RESET (parallel_workers)")
    assert outcome == Outcome.BUILT
    assert indexes() == {vectors_of(large_store).name: True}
    assert "is built by one process alone: could not resize shared memory" in caplog.text


def test_a_partition_has_so_many_graphs_and_no_more(large_store, monkeypatch):
    monkeypatch.setattr(building, "MOST_ON_A_PARTITION", 1)
    other = fill(beside(large_store), files=4)
    build_vectors(other)

    outcome = build_vectors(large_store)

    assert outcome == Outcome.REFUSED
    assert indexes() == {vectors_of(other).name: True}
    row = StoreIndex.objects.get(vector_store=large_store)
    assert (row.state, row.error) == ("refused", building.TOO_MANY)
    assert not IndexBuild.objects.due(timezone.now()).exists()


def test_of_terms_there_may_be_any_number_and_a_graph_is_rebuilt_all_the_same(
    large_store, monkeypatch
):
    build_vectors(large_store)
    monkeypatch.setattr(building, "MOST_ON_A_PARTITION", 1)

    assert build_texts(large_store) == Outcome.BUILT
    assert build_vectors(large_store, rebuild=True) == Outcome.BUILT


def test_a_store_of_another_partition_is_not_refused(large_store, monkeypatch):
    monkeypatch.setattr(building, "MOST_ON_A_PARTITION", 1)
    build_vectors(large_store)

    assert build_vectors(elsewhere(large_store)) == Outcome.BUILT
