"""A large store is not switched before it has an index over the new embeddings."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.ingestion.reembedding.changing import begin, finish, generations, turn, until
from tests.vectorstores.indexes import catalog
from tests.vectorstores.published import searchable
from vectorstores import services
from vectorstores.indexes import building
from vectorstores.indexes.definitions import Target
from vectorstores.models import IndexBuild, IndexKind, Reembedding, VectorStore
from vectorstores.models.reembeddings import State

pytestmark = pytest.mark.django_db(transaction=True)

FROM = 6  # chunks, with 64 dimensions


@pytest.fixture(autouse=True)
def small(models) -> Iterator[None]:
    models.INDEX_FROM_CHUNKS = 1  # of 384 dimensions
    yield
    catalog.drop_all()


@pytest.fixture
def large_store(store: VectorStore) -> VectorStore:
    searchable(store, *(f"Wombat {number}." for number in range(FROM)))
    return store


def name(store: VectorStore, generation: int) -> str:
    return Target(IndexKind.VECTOR, store.pk, generation).name


def build() -> int:
    """Build what is due, as the worker for indexes does."""
    return building.build_due(timezone.now, for_=timedelta(minutes=1))


def test_the_switch_waits_for_the_index(large_store):
    job = begin(large_store)

    states = [turn(job), turn(job)]

    assert states == [State.INDEXING, State.INDEXING]
    assert job.error == ""
    (wanted,) = IndexBuild.objects.unfinished()
    assert (wanted.generation, wanted.dimensions, wanted.chunks) == (2, 64, FROM)
    assert build() == 1
    assert turn(job) == State.SWITCHED
    assert catalog.indexes() == {name(large_store, 2): True}
    assert "halfvec(64)" in catalog.definition(name(large_store, 2))


def test_files_that_come_while_it_is_built_are_added(large_store):
    job = begin(large_store)
    until(job, State.INDEXING)
    searchable(large_store, "Puffins fly.")
    build()

    finish(job)

    assert generations(large_store) == {2: FROM + 1}


def test_the_old_index_goes_before_its_rows(large_store):
    building.build(Target(IndexKind.VECTOR, large_store.pk, 1), dimensions=256, now=timezone.now())
    job = begin(large_store)
    until(job, State.INDEXING)
    build()
    until(job, State.SWITCHED)
    assert set(catalog.indexes()) == {name(large_store, 1), name(large_store, 2)}

    with catalog.reader(Target(IndexKind.VECTOR, large_store.pk, 1)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("vectorstores.indexes.dropping.PATIENCE", timedelta(milliseconds=50))
            turn(job)  # somebody reads, so it has to wait

        assert generations(large_store) == {1: FROM, 2: FROM}
    finish(job)

    assert catalog.indexes() == {name(large_store, 2): True}
    assert generations(large_store) == {2: FROM}


def test_a_change_that_is_cancelled_takes_its_index_with_it(large_store):
    job = begin(large_store)
    until(job, State.INDEXING)
    build()
    services.cancel_reembeddings(rows=Reembedding.objects.all(), now=timezone.now())

    finish(job)

    assert catalog.indexes() == {}
    assert generations(large_store) == {1: FROM}


def test_an_index_that_is_only_wanted_is_not_built_any_more(large_store):
    job = begin(large_store)
    until(job, State.INDEXING)
    services.cancel_reembeddings(rows=Reembedding.objects.all(), now=timezone.now())

    finish(job)

    assert not IndexBuild.objects.unfinished().exists()
    assert build() == 0


def test_no_index_is_built_if_there_are_too_many(large_store):
    job = begin(large_store)
    until(job, State.INDEXING)
    IndexBuild.objects.unfinished().update(refused=True, due_at=timezone.now() + timedelta(hours=1))

    assert turn(job) == State.SWITCHED


def test_a_small_store_needs_none(store):
    searchable(store, *(f"Wombat {number}." for number in range(FROM - 1)))

    finish(begin(store))

    assert not IndexBuild.objects.exists()
