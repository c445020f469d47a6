"""Searches by index, beside the truth. A small run of `benchmarks/recall.py` with fixed seeds."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.db.models import Q
from django.utils import timezone
from numpy.typing import NDArray
from pgvector import HalfVector

from benchmarks.recall import matches, truth
from benchmarks.stores import filling, texts
from benchmarks.stores.filling import Filled
from benchmarks.stores.vectors import Space
from tests.vectorstores.indexes import catalog
from vectorstores.indexes import building, dropping
from vectorstores.indexes.definitions import Target
from vectorstores.models import IndexKind, VectorStore, VectorStoreFile
from vectorstores.models.lexicons import Lexicon
from vectorstores.search import Ranking, plan, search
from vectorstores.search.execution import Execution
from vectorstores.search.questions import Question
from vectorstores.search.store_facts import store_facts

pytestmark = pytest.mark.django_db(transaction=True)

CHUNKS, DIMENSIONS = 2_000, 256
SPACE = Space.of(DIMENSIONS)


@pytest.fixture
def large(settings, project) -> Iterator[tuple[VectorStore, Filled]]:
    """Yield a store with both of its indexes, which are dropped after the test."""
    settings.INDEX_FROM_CHUNKS = 200
    store = filling.new_store(project, "large", model="hashing", dimensions=DIMENSIONS)
    filled = filling.fill(store, SPACE, CHUNKS, words=40)
    now = timezone.now()
    Lexicon.objects.refresh(store.pk, now)
    for target in (vectors_of(store), words_of(store)):
        assert building.build(target, dimensions=DIMENSIONS, now=now) == building.Outcome.BUILT
    yield store, filled
    catalog.drop_all()


def vectors_of(store: VectorStore) -> Target:
    return Target(IndexKind.VECTOR, store.pk, store.generation)


def words_of(store: VectorStore) -> Target:
    return Target(IndexKind.TEXT, store.pk)


def questions(count: int) -> NDArray[np.float16]:
    return SPACE.questions(np.random.default_rng(9), count)


def nearest(
    store: VectorStore, question: NDArray[np.float16], name: str | None = None, limit: int = 50
) -> tuple[list[tuple[int, int]], str]:
    """Return the places of the chunks found by meaning alone, and how they were found."""
    where = Q(attributes__contains={name: True}) if name else Q()
    how: dict[str, Any] = {"limit": limit, "vector_weight": 1.0, "now": timezone.now()}
    execution = Execution(store, where, store_facts(store), **how)
    found = execution.find(Question(HalfVector(question)))
    return [(each.store_file_id, each.position) for each in found], execution.plan.vector


def test_recall_is_at_least_99_percent_with_every_filter(large):
    store, filled = large
    asked = questions(40)
    planned = {
        None: "hnsw",
        "99 %": "hnsw_filtered",
        "50 %": "hnsw_filtered",
        "50 % by topic": "hnsw_filtered",
        "10 %": "exact",
        "1 %": "exact",
    }

    for name, plan_of_it in planned.items():
        for limit in (10, 50):
            best = truth(filled.vectors, matches(filled, name), asked)[:, :limit]
            recalls = []
            for question, true in zip(asked, best, strict=True):
                found, done = nearest(store, question, name, limit)
                assert done == plan_of_it
                assert len(found) == len(true), "fewer than there are"
                recalls.append(len({*places(filled, true)} & {*found}) / len(true))
            assert np.mean(recalls) >= 0.99, f"{name}, {limit}"


def places(filled: Filled, chunks: NDArray[np.int64]) -> list[tuple[int, int]]:
    files, positions = filled.store_file[chunks].tolist(), filled.position[chunks].tolist()
    return list(zip(files, positions, strict=True))


def test_an_exact_search_follows_an_index_scan_that_gives_up(large, monkeypatch):
    # Three files of a store, and a plan that believes an index to be good at that.
    store, _ = large
    monkeypatch.setattr(plan, "index_min_rows", lambda dimensions: 1)
    monkeypatch.setattr(plan, "LEAST_SHARE", 0.0)
    files = VectorStoreFile.objects.in_store(store).order_by("pk")
    for file in files[:3]:
        VectorStoreFile.objects.filter(pk=file.pk).update(attributes={"wanted": True})
    with connection.cursor() as cursor:
        cursor.execute("SET hnsw.iterative_scan = off; SET enable_sort = off")

    found, done = nearest(store, questions(1)[0], "wanted")

    assert len(found) == 30
    assert {file for file, _ in found} == {file.pk for file in files[:3]}
    assert done == "exact"


def test_fifty_hits_are_found_if_fifty_are_requested(large):
    store, _ = large

    found, done = nearest(store, questions(1)[0], limit=150)

    assert (len(found), done) == (150, "hnsw")


def test_removed_chunks_are_not_found_by_an_index(large):
    store, filled = large
    question = questions(1)[0]
    best = truth(filled.vectors, matches(filled, None), question[None])[0]
    gone = {int(filled.store_file[place]) for place in best[:10]}
    VectorStoreFile.objects.filter(pk__in=gone).remove(timezone.now())

    found, done = nearest(store, question)

    assert done == "hnsw"
    assert not gone & {file for file, _ in found}
    assert len(found) == 50


def test_a_search_still_succeeds_after_its_index_was_dropped(large):
    # The search knows for up to a second what is not true any more.
    store, _ = large
    before, _ = nearest(store, questions(1)[0], limit=10)
    assert dropping.drop([vectors_of(store)]) == []

    after, done = nearest(store, questions(1)[0], limit=10)

    assert done == "hnsw"
    assert after == before


# --- by words ---------------------------------------------------------------------------------


def by_words(
    store: VectorStore, query: str, limit: int = 10
) -> tuple[list[tuple[str, float]], str]:
    ranking = Ranking(vector_weight=0)
    found = search(
        store=store, queries=[query], where=Q(), limit=limit, ranking=ranking, now=timezone.now()
    )
    return [(hit.file_id, hit.score) for hit in found.hits], found.execution.plan.text


def rare(count: int) -> list[str]:
    """Return questions of words that few chunks have."""
    rng = np.random.default_rng(4)
    return [texts.question(rng) for _ in range(count)]


def test_the_text_index_finds_the_best_chunks_by_words(large):
    store, _ = large
    by_index = [by_words(store, query) for query in rare(30)]

    assert dropping.drop([words_of(store)]) == []
    store_facts.cache_clear()
    exact = [by_words(store, query) for query in rare(30)]

    assert {done for _, done in by_index} == {"gin"}
    assert {done for _, done in exact} == {"exact"}
    assert [found for found, _ in by_index] == [found for found, _ in exact]


def test_words_that_most_chunks_contain_are_searched_too(large):
    store, _ = large
    for frequent in (texts.vocabulary()[1:2], texts.vocabulary()[1:3]):
        found, done = by_words(store, " ".join(frequent), limit=50)

        assert done == "gin"
        assert len(found) == 50
        assert found[0][1] > 0


def test_the_text_index_finds_as_many_chunks_as_an_exact_search(large):
    # A word that hardly a chunk has, and one that most have. Those with the first come first.
    store, _ = large
    query = f"{texts.vocabulary()[-300]} {texts.vocabulary()[1]}"
    by_index, done = by_words(store, query, limit=50)

    assert dropping.drop([words_of(store)]) == []
    store_facts.cache_clear()
    exact, _ = by_words(store, query, limit=50)

    assert done == "gin"
    assert len(by_index) == len(exact) == 50
    assert by_index[0] == exact[0]


def test_a_filtered_search_by_an_index_is_planned_for_its_filter_each_time(large):
    # Not knowing the filter, Postgres would compare everything: ten times as slow.
    store, _ = large

    plans = {nearest(store, question, "50 %")[1] for question in questions(15)}

    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        prepared = [statement for (statement,) in cursor if "::halfvec(" in statement]
    assert plans == {"hnsw_filtered"}
    assert prepared == []
