"""Files are published and removed while an index is built: nobody waits, and nothing is lost."""

from collections.abc import Callable
from contextlib import ExitStack

import pytest
from django.utils import timezone

from tests.vectorstores.indexes.catalog import fetch, run, until, writer
from tests.vectorstores.indexes.stores import (
    CHUNKS,
    add,
    build_texts,
    build_vectors,
    texts_of,
    vectors_of,
)
from vectorstores import maintenance
from vectorstores.indexes.building import Outcome
from vectorstores.indexes.definitions import Target
from vectorstores.models import StoreIndex, VectorStore, VectorStoreFile

BY_VECTOR = """
SELECT store_file_id, position FROM chunk_embedding
 WHERE vector_store_id = '{store.pk}' AND generation = 1
 ORDER BY (embedding::halfvec(256)) <=> '[{ones}]'::halfvec(256) LIMIT 10000
"""
BY_TERM = """
SELECT store_file_id, position FROM chunk_terms
 WHERE vector_store_id = '{store.pk}'
   AND terms && (SELECT terms FROM chunk_terms WHERE vector_store_id = '{store.pk}' LIMIT 1)
"""


def known_to(target: Target, statement: str, store: VectorStore) -> set[tuple[int, int]]:
    """Return all chunks that are found by this index."""
    text = statement.format(store=store, ones=",".join("1" * 256))
    other = "indexscan" if target.kind == "text" else "bitmapscan"
    for way in ("seqscan", "sort", other):
        run(f"SET enable_{way} = off")
    assert target.name in str(fetch("EXPLAIN " + text))
    rows = set(fetch(text))
    run("RESET ALL")
    return rows


def expected(store: VectorStore) -> set[tuple[int, int]]:
    files = VectorStoreFile.objects.live().filter(vector_store=store)
    return {(file.pk, position) for file in files for position in range(CHUNKS)}


def churn(store: VectorStore) -> None:
    """Publish two files, and remove the oldest."""
    add(store, 2)
    now = timezone.now()
    oldest = VectorStoreFile.objects.live().filter(vector_store=store).earliest("pk")
    VectorStoreFile.objects.filter(pk=oldest.pk).remove(now)
    maintenance.purge(now, tombstone_age=now - now)


@pytest.mark.parametrize(
    ("target_of", "build", "statement"),
    [(vectors_of, build_vectors, BY_VECTOR), (texts_of, build_texts, BY_TERM)],
    ids=["vectors", "terms"],
)
def test_rows_written_before_and_during_a_build_are_in_the_index(
    large_store,
    builder,
    target_of: Callable[[VectorStore], Target],
    build: Callable[[VectorStore], Outcome],
    statement: str,
):
    target = target_of(large_store)
    with ExitStack() as first, ExitStack() as second:
        first.enter_context(writer(target))
        future = builder.submit(build, large_store)
        until(lambda: StoreIndex.objects.filter(phase="waiting for writers before build"))
        churn(large_store)
        second.enter_context(writer(target))
        first.close()
        until(lambda: StoreIndex.objects.filter(phase="waiting for writers before validation"))
        churn(large_store)
    assert future.result() == Outcome.BUILT
    churn(large_store)

    assert known_to(target, statement, large_store) == expected(large_store)
    assert len(expected(large_store)) == 7 * CHUNKS


def test_an_index_serves_during_its_rebuild_and_both_receive_new_rows(large_store, builder):
    target = vectors_of(large_store)
    build_vectors(large_store)
    churn(large_store)
    with writer(target):
        future = builder.submit(build_vectors, large_store, rebuild=True)
        until(lambda: StoreIndex.objects.filter(phase__isnull=False))
        churn(large_store)

        assert known_to(target, BY_VECTOR, large_store) == expected(large_store)
    assert future.result() == Outcome.BUILT

    assert known_to(target, BY_VECTOR, large_store) == expected(large_store)
