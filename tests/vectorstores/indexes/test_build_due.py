"""Builds that are due, one index after the other."""

from datetime import timedelta

import psycopg
import pytest
from django.utils import timezone

from tests.factories import ReembeddingFactory, VectorStoreFactory
from tests.vectorstores.indexes.catalog import builders, indexes, run, until, writer
from tests.vectorstores.indexes.stores import build_texts, build_vectors, fill, texts_of, vectors_of
from vectorstores.indexes.building import build_due
from vectorstores.indexes.definitions import Target
from vectorstores.indexes.review import reconcile, request_rebuild
from vectorstores.indexes.sessions import session
from vectorstores.models import IndexBuild, StoreIndex, VectorStore, VectorStoreFile

HOUR = timedelta(hours=1)


def build_wanted() -> int:
    return build_due(timezone.now, for_=HOUR)


def want(target: Target, *, chunks: int = 40, rebuild: bool = False) -> IndexBuild:
    return IndexBuild.objects.want(
        **target._asdict(), dimensions=256, chunks=chunks, rebuild=rebuild, now=timezone.now()
    )


def order_of_builds() -> list[str]:
    return [Target.of(row).name for row in IndexBuild.objects.order_by("began_at")]


def test_requested_indexes_are_built_largest_stores_first(large_store):
    larger = fill(VectorStoreFactory(), files=5)
    reconcile([large_store.pk, larger.pk], timezone.now())

    built = build_wanted()

    assert built == 4
    assert all(indexes().values())
    assert {*order_of_builds()[:2]} == {vectors_of(larger).name, texts_of(larger).name}
    assert {*order_of_builds()[2:]} == {vectors_of(large_store).name, texts_of(large_store).name}
    assert not IndexBuild.objects.unfinished().exists()


def test_nothing_is_built_without_a_request(large_store):
    assert build_wanted() == 0
    assert indexes() == {}


def test_no_build_starts_after_the_deadline(large_store):
    reconcile([large_store.pk], timezone.now())
    moments = iter([timezone.now() + n * HOUR for n in range(1, 9)])

    built = build_due(lambda: next(moments), for_=1.5 * HOUR)

    assert built == 1
    assert IndexBuild.objects.unfinished().count() == 1


def test_a_builder_does_nothing_while_another_one_builds(large_store):
    reconcile([large_store.pk], timezone.now())
    with session() as other:
        assert other.become_builder()

        built = build_wanted()

    assert built == 0
    assert build_wanted() == 2


def test_a_store_that_shrank_after_the_request_is_skipped(large_store):
    reconcile([large_store.pk], timezone.now())
    VectorStoreFile.objects.all().remove(timezone.now())

    assert build_wanted() == 0
    assert not IndexBuild.objects.exists()
    assert indexes() == {}


def test_a_store_deleted_after_the_request_is_skipped(large_store):
    reconcile([large_store.pk], timezone.now())
    VectorStore.objects.update(deleted_at=timezone.now())

    assert build_wanted() == 0
    assert not IndexBuild.objects.exists()


def test_a_build_that_raises_records_its_error_and_does_not_stop_others(large_store):
    other = fill(VectorStoreFactory(), files=5)
    reconcile([large_store.pk], timezone.now())
    want(vectors_of(other), chunks=1000)
    IndexBuild.objects.filter(chunks=1000).update(dimensions=255)  # which its vectors have not

    with pytest.raises(psycopg.DataError, match="expected 255 dimensions, not 256"):
        build_wanted()

    broken = IndexBuild.objects.get(dimensions=255)
    assert "expected 255 dimensions" in broken.error
    assert broken.due_at > timezone.now() + timedelta(minutes=5)
    assert build_wanted() == 2
    assert set(indexes()) == {vectors_of(large_store).name, texts_of(large_store).name}


def test_a_builder_that_loses_its_connection_leaves_the_rest_to_the_next(large_store, builder):
    reconcile([large_store.pk], timezone.now())
    with writer(vectors_of(large_store)), writer(texts_of(large_store)):
        future = builder.submit(build_wanted)
        (pid,) = until(builders)
        run(f"SELECT pg_terminate_backend({pid})")

        assert future.result() == 0

    assert build_wanted() == 1  # the other is tried again later
    IndexBuild.objects.unfinished().update(due_at=timezone.now())
    assert build_wanted() == 1
    assert set(indexes().values()) == {True}


def test_a_build_whose_worker_died_is_taken_over(large_store):
    wanted = want(vectors_of(large_store))
    wanted.begin(timezone.now(), chunks=40)

    assert build_wanted() == 1
    assert indexes() == {vectors_of(large_store).name: True}


def test_an_index_that_postgres_finished_after_its_worker_died_counts_as_built(large_store):
    # A worker that is killed does not stop Postgres, which goes on to the end.
    began = timezone.now()
    build_vectors(large_store)
    IndexBuild.objects.update(finished_at=None, due_at=began)

    build_wanted()

    assert not IndexBuild.objects.unfinished().exists()
    row = StoreIndex.objects.get()
    assert (row.state, row.built_chunks) == ("valid", 40)
    assert row.built_at >= began


def test_a_rebuild_requested_by_an_operator_always_runs(large_store):
    build_vectors(large_store)
    row = StoreIndex.objects.get()

    assert request_rebuild(row, timezone.now())
    assert build_wanted() == 1

    row.refresh_from_db()
    assert IndexBuild.objects.filter(
        rebuild=True, finished_at=row.built_at + row.build_time
    ).exists()


def test_a_missing_or_unsearched_index_is_not_rebuilt(large_store):
    want(vectors_of(large_store))
    build_texts(large_store)
    build_vectors(large_store)
    VectorStore.objects.update(generation=2)
    row = StoreIndex.objects.get(kind="vector")

    assert not request_rebuild(row, timezone.now())


def test_the_next_generation_is_indexed_during_reembedding(large_store):
    coming = vectors_of(large_store)._replace(generation=2)
    ReembeddingFactory(vector_store=large_store, dimensions=256)
    want(coming)

    assert build_wanted() == 1
    assert indexes() == {coming.name: True}


def test_an_abandoned_generation_is_not_indexed(large_store):
    want(vectors_of(large_store)._replace(generation=2))

    assert build_wanted() == 0
    assert not IndexBuild.objects.exists()
