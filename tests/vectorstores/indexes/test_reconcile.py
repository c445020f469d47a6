"""Stores are looked at, and what they need is done or wanted."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import ReembeddingFactory, StoreFileFactory, VectorStoreFactory
from tests.vectorstores.claims import claim
from tests.vectorstores.indexes.catalog import fetch, indexes
from tests.vectorstores.indexes.stores import (
    add,
    build_now,
    build_texts,
    build_vectors,
    fill,
    texts_of,
    vectors_of,
)
from tests.vectorstores.published import publish, searchable
from vectorstores.indexes.facts import facts_of
from vectorstores.indexes.needs import Step, needs
from vectorstores.indexes.review import reconcile
from vectorstores.models import IndexBuild, Lexicon, VectorStore, VectorStoreFile

HOUR = timedelta(hours=1)


def steps(store: VectorStore) -> dict[str, Step]:
    (facts,) = facts_of([store.pk], timezone.now())
    return {need.target.name: need.step for need in needs(facts)}


def churn(store: VectorStore) -> float:
    ((facts,),) = [facts_of([store.pk], timezone.now())]
    (found,) = [each for each in facts.existing if each.target == vectors_of(store)]
    return found.churn


def remove(*store_files: VectorStoreFile) -> None:
    rows = VectorStoreFile.objects.filter(pk__in=[file.pk for file in store_files])
    rows.remove(timezone.now())


def requeue(store_file: VectorStoreFile) -> None:
    VectorStoreFile.objects.filter(pk=store_file.pk).requeue(timezone.now())
    store_file.refresh_from_db()


def test_chunks_of_completed_files_count(small_stores_are_indexed):
    store = fill(VectorStoreFactory(), files=2)
    searchable(store, "one", "two")
    StoreFileFactory(vector_store=store, status="failed", chunks_total=7)
    remove(searchable(store, "gone"))

    (facts,) = facts_of([store.pk], timezone.now())

    assert facts.chunks == 22


@pytest.mark.parametrize(
    ("due", "held", "is_busy"),
    [(-HOUR, False, True), (HOUR, True, True), (HOUR, False, False)],
    ids=["due", "in hand", "to be tried again later"],
)
def test_a_store_is_busy_while_work_is_pending(small_stores_are_indexed, due, held, is_busy):
    now = timezone.now()
    store = VectorStoreFactory()
    StoreFileFactory(vector_store=store, due_at=now + due, claimed_at=now if held else None)

    (facts,) = facts_of([store.pk], now)

    assert facts.is_busy == is_busy


def test_a_deleted_store_needs_no_steps(small_stores_are_indexed):
    store = VectorStoreFactory.build()

    assert steps(store) == {}


def test_a_large_store_requests_both_indexes(large_store):
    again = reconcile([large_store.pk], timezone.now())

    assert again == set()
    wanted = {
        (row.kind, row.generation, row.chunks) for row in IndexBuild.objects.due(timezone.now())
    }
    assert wanted == {("vector", 1, 40), ("text", 0, 40)}


def test_reconciling_twice_requests_each_build_once(large_store):
    reconcile([large_store.pk], timezone.now())
    reconcile([large_store.pk], timezone.now())

    assert IndexBuild.objects.count() == 2


def test_a_store_that_is_still_filling_is_reviewed_again(large_store):
    StoreFileFactory(vector_store=large_store)

    again = reconcile([large_store.pk, VectorStoreFactory().pk], timezone.now())

    assert again == {large_store.pk}
    assert not IndexBuild.objects.exists()


def test_a_store_that_has_shrunk_loses_its_indexes(large_store):
    build_vectors(large_store)
    build_texts(large_store)
    remove(*VectorStoreFile.objects.all()[:3])
    searchable(large_store, "one", "two")

    reconcile([large_store.pk], timezone.now())

    assert large_store.store_files.live().count() == 2
    assert indexes() == {texts_of(large_store).name: True}


def test_churn_counts_removed_and_replaced_chunks_but_not_added_ones(large_store):
    first, second, *_ = VectorStoreFile.objects.all()
    build_vectors(large_store)
    assert churn(large_store) == 0

    add(large_store, 6)
    assert churn(large_store) == 0

    remove(first)
    assert churn(large_store) == 0.25

    requeue(second)
    assert claim(second, timezone.now(), HOUR)
    assert publish(second, *["anew"] * 10)
    assert churn(large_store) == 0.5

    remove(second)
    assert churn(large_store) == 0.5
    assert steps(large_store) == {
        vectors_of(large_store).name: Step.REBUILD,
        **steps_of_terms(large_store),
    }


def steps_of_terms(store: VectorStore) -> dict[str, Step]:
    return {texts_of(store).name: Step.BUILD}


def test_a_rebuild_resets_the_churn(large_store):
    build_vectors(large_store)
    add(large_store, 3)
    remove(*VectorStoreFile.objects.all()[:2])
    assert churn(large_store) == 0.5

    build_vectors(large_store, rebuild=True)

    assert churn(large_store) == 0


def test_an_index_without_a_recorded_build_has_no_churn(large_store):
    # As after a dump was loaded into another database, without its history.
    build_vectors(large_store)
    IndexBuild.objects.all().delete()
    remove(VectorStoreFile.objects.first())

    assert churn(large_store) == 0


def test_reconciling_flushes_the_pending_list_of_the_text_index(large_store):
    build_texts(large_store)
    add(large_store, 1)
    assert pages_emptied(large_store) > 0
    add(large_store, 1)

    reconcile([large_store.pk], timezone.now())

    assert pages_emptied(large_store) == 0


def pages_emptied(store: VectorStore) -> int:
    ((pages,),) = fetch("SELECT gin_clean_pending_list(%s::regclass)", texts_of(store).name)
    return int(pages)


def test_an_abandoned_generation_loses_its_index(large_store):
    build_vectors(large_store)
    VectorStore.objects.update(generation=2)

    reconcile([large_store.pk], timezone.now())

    assert indexes() == {}


def test_the_next_generation_keeps_its_index_during_reembedding(large_store):
    ReembeddingFactory(vector_store=large_store, dimensions=256)
    build_vectors(large_store)
    coming = vectors_of(large_store)._replace(generation=2)
    build_now(coming)

    reconcile([large_store.pk], timezone.now())

    assert set(indexes()) == {vectors_of(large_store).name, coming.name}


def test_a_lexicon_is_rebuilt_after_the_store_has_changed_much(small_stores_are_indexed):
    store = fill(VectorStoreFactory(), files=1)

    reconcile([store.pk], timezone.now())
    assert Lexicon.objects.get().chunks == 10

    searchable(store, "two more", "are not much")
    reconcile([store.pk], timezone.now())
    assert Lexicon.objects.get().chunks == 10

    searchable(store, "a third is")
    reconcile([store.pk], timezone.now())
    assert Lexicon.objects.get().chunks == 13


def test_a_store_without_chunks_needs_no_lexicon(small_stores_are_indexed):
    store = VectorStoreFactory()

    reconcile([store.pk], timezone.now())

    assert not Lexicon.objects.exists()


def test_reconciling_ten_stores_takes_as_many_queries_as_one(
    small_stores_are_indexed, django_assert_num_queries
):
    stores = VectorStoreFactory.create_batch(10)

    with django_assert_num_queries(5):
        reconcile([stores[0].pk], timezone.now())
    with django_assert_num_queries(5):
        reconcile([store.pk for store in stores], timezone.now())
