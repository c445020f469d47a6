"""A build that is killed, held up, or one of two: what is left, and that the next one mends it."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

from django.utils import timezone

from tests.vectorstores.indexes.catalog import builders, indexes, run, until, writer
from tests.vectorstores.indexes.stores import beside, build_vectors, elsewhere, fill, vectors_of
from tests.vectorstores.threads import at_once
from vectorstores.indexes import building, dropping
from vectorstores.indexes.building import Outcome
from vectorstores.indexes.dropping import drop
from vectorstores.indexes.sessions import is_build_running, session
from vectorstores.models import IndexBuild, StoreIndex


def begun(
    builder: ThreadPoolExecutor, build: Callable[..., Outcome], *arguments: object, **named: object
) -> tuple[Future[Outcome], int]:
    """Begin a build that waits for another connection, and yield the process that builds."""
    future = builder.submit(build, *arguments, **named)
    (pid,) = until(builders)
    return future, pid


def test_a_killed_build_leaves_an_invalid_index_that_the_next_build_replaces(large_store, builder):
    name = vectors_of(large_store).name
    with writer(vectors_of(large_store)):
        future, pid = begun(builder, build_vectors, large_store)
        run(f"SELECT pg_terminate_backend({pid})")
        assert future.result() == Outcome.FAILED
        assert indexes() == {name: False}
        assert StoreIndex.objects.get().state == "invalid"
        assert not is_build_running()
    wanted = IndexBuild.objects.unfinished().get()
    assert "terminating connection due to administrator command" in wanted.error

    outcome = build_vectors(large_store)

    assert outcome == Outcome.BUILT
    assert indexes() == {name: True}
    assert not IndexBuild.objects.unfinished().exists()


def test_a_session_lets_postgres_build_on_after_its_worker_disconnects(large_store):
    run("ALTER ROLE CURRENT_USER SET client_connection_check_interval = '1s'")
    try:
        with session() as opened:
            ((kept,),) = opened._raw.execute("SHOW client_connection_check_interval").fetchall()
    finally:
        run("ALTER ROLE CURRENT_USER RESET client_connection_check_interval")

    assert kept == "0"


def test_a_killed_rebuild_leaves_the_old_index_in_use(large_store, builder):
    name = vectors_of(large_store).name
    build_vectors(large_store)
    with writer(vectors_of(large_store)):
        future, pid = begun(builder, build_vectors, large_store, rebuild=True)
        run(f"SELECT pg_terminate_backend({pid})")
        assert future.result() == Outcome.FAILED
    assert indexes() == {name: True, f"{name}_ccnew": False}
    assert StoreIndex.objects.get().state == "valid"

    outcome = build_vectors(large_store, rebuild=True)

    assert outcome == Outcome.BUILT
    assert indexes() == {name: True}


def test_a_build_gives_up_on_a_long_transaction_and_retries_later(large_store, monkeypatch):
    monkeypatch.setattr(building, "PATIENCE", timedelta(milliseconds=100))
    monkeypatch.setattr(dropping, "PATIENCE", timedelta(milliseconds=100))
    now = timezone.now()
    with writer(vectors_of(large_store)):
        outcome = build_vectors(large_store)

    assert outcome == Outcome.FAILED
    wanted = IndexBuild.objects.get()
    assert "canceling statement due to lock timeout" in wanted.error
    assert wanted.due_at >= now + building.AGAIN
    assert build_vectors(large_store) == Outcome.BUILT
    assert list(indexes().values()) == [True]


def test_a_build_waits_until_an_invalid_index_can_be_dropped(large_store, builder, monkeypatch):
    monkeypatch.setattr(dropping, "PATIENCE", timedelta(milliseconds=100))
    with writer(vectors_of(large_store)):
        future, pid = begun(builder, build_vectors, large_store)
        run(f"SELECT pg_terminate_backend({pid})")
        future.result()

        outcome = build_vectors(large_store)

    assert outcome == Outcome.BUSY
    assert IndexBuild.objects.get().error == building.IN_THE_WAY
    assert build_vectors(large_store) == Outcome.BUILT


def test_only_one_of_two_builders_builds(large_store, builder):
    other = fill(beside(large_store), files=4)
    with writer(vectors_of(large_store)):
        future, _ = begun(builder, build_vectors, large_store)
        assert is_build_running()

        outcome = build_vectors(other)

    assert outcome == Outcome.BUSY
    assert future.result() == Outcome.BUILT
    assert indexes() == {vectors_of(large_store).name: True}
    assert IndexBuild.objects.unfinished().get().vector_store == other
    assert not is_build_running()


def test_concurrent_builders_build_each_index_once(large_store):
    outcomes = at_once(*[lambda: build_vectors(large_store)] * 4)

    assert set(outcomes) <= {Outcome.BUILT, Outcome.THERE, Outcome.BUSY}
    assert outcomes.count(Outcome.BUILT) == 1
    assert indexes() == {vectors_of(large_store).name: True}


def test_progress_is_reported_during_a_build(large_store, builder):
    with writer(vectors_of(large_store)):
        future, _ = begun(builder, build_vectors, large_store)
        building_ = StoreIndex.objects.get()
    future.result()

    assert building_.state.startswith("building")
    assert building_.phase == "waiting for writers before build"
    assert (building_.is_valid, building_.chunks) == (False, 40)


def test_a_rebuild_is_reported_as_a_rebuild(large_store, builder):
    build_vectors(large_store)
    with writer(vectors_of(large_store)):
        future, _ = begun(builder, build_vectors, large_store, rebuild=True)
        rebuilding = StoreIndex.objects.get()
    future.result()

    assert rebuilding.state.startswith("rebuilding")
    assert rebuilding.is_valid


def test_dropping_neither_waits_for_nor_harms_a_build_in_the_same_partition(large_store, builder):
    # Postgres would let them wait for each other, and kill the build after minutes of work.
    other = fill(beside(large_store), files=4)
    build_vectors(other)
    with writer(vectors_of(large_store)):
        future, _ = begun(builder, build_vectors, large_store)

        left = drop([vectors_of(other)])

    assert left == [vectors_of(other)]
    assert future.result() == Outcome.BUILT
    assert drop([vectors_of(other)]) == []
    assert indexes() == {vectors_of(large_store).name: True}


def test_dropping_in_another_partition_proceeds_during_a_build(large_store, builder):
    other = elsewhere(large_store)
    build_vectors(other)
    with writer(vectors_of(large_store)):
        future, _ = begun(builder, build_vectors, large_store)

        left = drop([vectors_of(other)])

    assert left == []
    assert future.result() == Outcome.BUILT
