"""Lexicons: estimated from a sample of the store, saved in a row, and renewed in time."""

import math
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import StoreFileFactory, VectorStoreFactory
from tests.vectorstores.published import searchable
from vectorstores import maintenance
from vectorstores.bm25 import query_terms
from vectorstores.models import ChunkTerms, Lexicon, Status, VectorStore, VectorStoreFile, lexicons
from vectorstores.models.lexicons import lexicon_of, sample

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def df(lexicon: Lexicon, word: str) -> float:
    (count,) = lexicon.df(query_terms(word))
    return float(count)


def idf(lexicon: Lexicon, word: str) -> float:
    (weight,) = lexicon.idf(query_terms(word))
    return float(weight)


@pytest.fixture
def small_sample(monkeypatch) -> None:
    """Sample at most ten chunks."""
    monkeypatch.setattr(lexicons, "SAMPLE", 10)


def test_the_counts_of_a_small_store_are_exact(store):
    searchable(store, "wombat burrow", "wombat", "wombat grass")
    searchable(store, "burrow")
    searchable(VectorStoreFactory(), "wombat")

    lexicon = sample(store.pk, NOW)

    assert (lexicon.chunks, lexicon.sampled, lexicon.made_at) == (4, 4, NOW)
    assert [df(lexicon, word) for word in ("wombat", "burrow", "grass")] == [3, 2, 1]


def test_idf_is_as_bm25_defines_it(store):
    searchable(store, "wombat burrow", "wombat", "wombat", "nothing", "nothing")

    lexicon = sample(store.pk, NOW)

    assert idf(lexicon, "wombat") == pytest.approx(math.log(1 + (5 - 3 + 0.5) / (3 + 0.5)))
    assert idf(lexicon, "burrow") == pytest.approx(math.log(1 + (5 - 1 + 0.5) / (1 + 0.5)))
    ids = query_terms("wombat burrow")
    assert lexicon.idf(ids).dtype == np.float32
    assert set(lexicon.idf(ids).tolist()) == {idf(lexicon, "wombat"), idf(lexicon, "burrow")}


def test_a_large_store_is_sampled_evenly_over_all_files(store, small_sample):
    for number in range(5):
        searchable(store, *[f"every f{number} {'half' if p % 2 else ''}" for p in range(8)])

    lexicon = sample(store.pk, NOW)

    assert (lexicon.chunks, lexicon.sampled) == (40, 10)
    assert df(lexicon, "every") == 40
    assert [df(lexicon, f"f{number}") for number in range(5)] == [8] * 5
    assert df(lexicon, "missing") == pytest.approx(0.3 * 40 / 10)
    assert 0 < idf(lexicon, "every") < idf(lexicon, "f1") < idf(lexicon, "missing")


@pytest.mark.parametrize("sizes", [[23], [1] * 23, [10, 0, 9, 4], [2, 3, 5, 7, 6]])
def test_each_sample_has_the_same_chunks(store, small_sample, sizes):
    for number, size in enumerate(sizes):
        if size:
            searchable(store, *[f"every f{number} p{position}" for position in range(size)])

    one, other = sample(store.pk, NOW), sample(store.pk, NOW)

    assert (one.chunks, one.sampled) == (23, 8)  # every third
    assert one.data == other.data
    assert not one.is_stale(23)


def test_only_the_sampled_chunks_are_read(store, small_sample):
    for _ in range(3):
        searchable(store, *["wombat"] * 100)

    with CaptureQueriesContext(connection) as queries:
        lexicon = sample(store.pk, NOW)

    assert len(queries) == 2
    assert lexicon.sampled == 10
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS OFF, COSTS OFF) {queries[1]['sql']}")
        plan = [line for (line,) in cursor.fetchall() if "chunk_terms" in line]
    (scan,) = plan
    assert "Index Scan" in scan
    assert "rows=1.00 loops=10" in scan


def test_files_that_are_not_completed_do_not_count(store):
    searchable(store, "wombat", "wombat")
    for changes in ({"status": Status.IN_PROGRESS}, {"deleted_at": NOW}, {"status": Status.FAILED}):
        gone = searchable(store, "puffin", "puffin")
        VectorStoreFile.objects.filter(pk=gone.pk).update(**changes)
    StoreFileFactory(vector_store=store)

    lexicon = sample(store.pk, NOW)

    assert (lexicon.chunks, lexicon.sampled) == (2, 2)
    assert df(lexicon, "puffin") == 1


@pytest.mark.parametrize("texts", [[], [""], ["—", ""]], ids=["no chunk", "empty", "no word"])
def test_every_word_is_rare_in_a_store_without_words(store, texts):
    if texts:
        searchable(store, *texts)

    lexicon = sample(store.pk, NOW)

    assert (lexicon.chunks, lexicon.sampled, bytes(lexicon.data)) == (len(texts), len(texts), b"")
    assert df(lexicon, "wombat") == 1
    assert idf(lexicon, "wombat") > 0


def test_a_question_without_terms_has_no_counts(store):
    searchable(store, "wombat", "wombat")

    lexicon = sample(store.pk, NOW)

    assert lexicon.df(query_terms("")).tolist() == lexicon.idf(query_terms("")).tolist() == []


def test_a_word_in_every_chunk_still_has_a_weight(store):
    searchable(store, *["wombat"] * 50)

    assert 0 < idf(sample(store.pk, NOW), "wombat") < 0.01


def test_the_saved_lexicon_is_the_sampled_one(store):
    searchable(store, "wombat burrow", "wombat burrow", "grass")

    made = Lexicon.objects.refresh(store.pk, NOW)

    kept = Lexicon.objects.get()
    assert (kept.pk, kept.chunks, kept.sampled, kept.made_at) == (store.pk, 3, 3, NOW)
    assert bytes(kept.data) == made.data
    assert len(kept.data) == 2 * 6  # two terms in two chunks each; terms of one chunk are not saved
    assert [df(kept, word) for word in ("wombat", "burrow", "grass")] == [2, 2, 1]


def test_refreshing_replaces_the_lexicon(store):
    searchable(store, "wombat")
    Lexicon.objects.refresh(store.pk, NOW)
    searchable(store, "wombat", "wombat")

    Lexicon.objects.refresh(store.pk, NOW + HOUR)

    kept = Lexicon.objects.get()
    assert (kept.chunks, kept.made_at, df(kept, "wombat")) == (3, NOW + HOUR, 3)


@pytest.mark.parametrize(
    ("chunks", "sampled", "now", "stale"),
    [
        (100, 100, 100, False),
        (100, 100, 124, False),
        (100, 100, 125, True),
        (100, 100, 76, False),
        (100, 100, 75, True),
        (100, 100, 0, True),
        (0, 0, 0, False),
        (0, 0, 1, True),
        (4, 4, 5, True),
        (5000, 1667, 5000, False),  # every third
    ],
)
def test_a_lexicon_is_stale_when_the_store_has_changed_by_a_quarter(chunks, sampled, now, stale):
    lexicon = Lexicon(vector_store_id=UUID(int=1), chunks=chunks, sampled=sampled, data=b"")

    assert lexicon.is_stale(now) == stale


def test_searches_read_the_row_once(store):
    searchable(store, "wombat", "wombat")
    Lexicon.objects.refresh(store.pk, NOW)

    with CaptureQueriesContext(connection) as queries:
        one, other = lexicon_of(store.pk, NOW), lexicon_of(store.pk, NOW)

    assert one is other
    assert len(queries) == 1
    assert df(one, "wombat") == 2


def test_a_search_reads_the_row_again_after_a_refresh(store):
    searchable(store, "wombat")
    Lexicon.objects.refresh(store.pk, NOW)
    assert lexicon_of(store.pk, NOW).chunks == 1
    searchable(store, "wombat")
    Lexicon.objects.refresh(store.pk, NOW + SECOND)

    assert lexicon_of(store.pk, NOW + SECOND).chunks == 2


@pytest.mark.parametrize("made_at", [None, NOW], ids=["there is none", "it has gone"])
def test_without_a_row_the_store_is_sampled_and_the_sample_cached_for_some_seconds(
    store, monkeypatch, made_at
):
    clock = [100.0]
    monkeypatch.setattr(lexicons, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    searchable(store, "wombat", "wombat")
    first = lexicon_of(store.pk, made_at)
    searchable(store, "wombat")

    clock[0] = 102.0
    soon = lexicon_of(store.pk, made_at)
    clock[0] = 105.0
    later = lexicon_of(store.pk, made_at)

    assert (first.chunks, df(first, "wombat")) == (2, 2)
    assert soon is first
    assert (later.chunks, df(later, "wombat")) == (3, 3)
    assert not Lexicon.objects.exists()


def test_a_process_caches_a_limited_number_of_lexicons():
    for function in (lexicons._saved, lexicons._sampled):
        cache: Any = function.cache
        assert cache.maxsize == lexicons.REMEMBERED == 128


@pytest.mark.parametrize("changes", [{"deleted_at": NOW}, {"expires_at": NOW}])
def test_a_closed_stores_lexicon_is_purged(store, changes):
    other = VectorStoreFactory()
    for each in (store, other):
        searchable(each, "wombat")
        Lexicon.objects.refresh(each.pk, NOW)
    VectorStore.objects.filter(pk=store.pk).update(**changes)

    maintenance.purge(NOW, tombstone_age=HOUR)

    assert Lexicon.objects.get().pk == other.pk


def test_chunks_without_terms_are_not_in_the_sample(store):
    searchable(store, "wombat", "wombat")
    ChunkTerms.objects.all().delete()

    lexicon = sample(store.pk, NOW)

    assert (lexicon.chunks, lexicon.sampled) == (2, 0)
    assert idf(lexicon, "wombat") > 0
