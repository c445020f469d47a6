"""The header openai-poll-after-ms: how long clients wait before they poll again."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import FileBatchFactory, StoreFileFactory
from tests.vectorstores.claims import claim
from vectorstores.api.views.polling import left_of_batch, left_of_file, poll_after
from vectorstores.models import FileBatch, Stage, Status, VectorStoreFile

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LEASE = timedelta(minutes=1)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


@pytest.mark.parametrize(
    ("left", "milliseconds"),
    [(0, "50"), (0.4, "50"), (0.51, "51"), (2, "200"), (49.5, "4950"), (50, "5000"), (9e6, "5000")],
)
def test_clients_wait_a_tenth_of_the_remaining_time_within_bounds(left, milliseconds):
    assert poll_after(seconds(left)) == milliseconds


# --- a file -----------------------------------------------------------------------------------


def in_progress(**fields: object) -> VectorStoreFile:
    return StoreFileFactory(due_at=NOW, **fields)


def embedding(**fields: object) -> VectorStoreFile:
    return in_progress(claimed_at=NOW, stage=Stage.EMBEDDING, **fields)


def test_a_small_new_file_is_polled_at_once(db):
    assert poll_after(left_of_file(in_progress(file__bytes=8192), NOW)) == "50"


def test_a_large_file_is_expected_to_take_as_long_as_the_fastest_service(db):
    assert left_of_file(in_progress(file__bytes=20_000_000), NOW) == seconds(2)


def test_the_remaining_time_is_estimated_as_the_time_that_has_passed(db):
    store_file = in_progress()

    assert left_of_file(store_file, NOW + seconds(7)) == seconds(7)


def test_time_counts_from_the_claim(db):
    store_file = in_progress(created_at=NOW - seconds(900))
    assert claim(store_file, NOW + seconds(60), LEASE)
    store_file.refresh_from_db()

    assert left_of_file(store_file, NOW + seconds(63)) == seconds(3)


def test_time_counts_from_the_last_attachment(db):
    store_file = in_progress(created_at=NOW - timedelta(days=30))

    assert left_of_file(store_file, NOW + seconds(1)) == seconds(1)


def test_the_remaining_time_of_a_file_follows_from_its_chunks(db):
    store_file = embedding(chunks_done=30, chunks_total=40)

    assert left_of_file(store_file, NOW + seconds(12)) == seconds(4)


def test_a_file_is_not_expected_to_take_longer_than_it_has_taken(db):
    store_file = embedding(chunks_done=1, chunks_total=40)

    assert left_of_file(store_file, NOW + seconds(4)) == seconds(4)


def test_a_file_whose_chunks_are_all_done_is_polled_at_once(db):
    store_file = embedding(chunks_done=40, chunks_total=40)

    assert left_of_file(store_file, NOW + seconds(400)) == seconds(0)


def test_without_finished_chunks_only_the_passed_time_counts(db):
    store_file = embedding(chunks_done=0, chunks_total=40)

    assert left_of_file(store_file, NOW + seconds(4)) == seconds(4)


def test_between_attempts_the_remaining_time_is_the_time_to_the_next(db):
    store_file = in_progress()
    assert claim(store_file, NOW, LEASE)
    assert store_file.postpone(NOW + seconds(30))
    store_file.refresh_from_db()

    assert left_of_file(store_file, NOW + seconds(10)) == seconds(20)


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.FAILED, Status.CANCELLED])
def test_a_settled_file_has_no_remaining_time(db, status):
    store_file = StoreFileFactory(status=status, due_at=None)

    assert left_of_file(store_file, NOW + seconds(100)) == seconds(0)


def test_a_worker_whose_clock_is_ahead_gives_no_negative_time(db):
    store_file = in_progress(claimed_at=NOW + seconds(2), file__bytes=0)

    assert left_of_file(store_file, NOW) == seconds(0)


# --- a batch ----------------------------------------------------------------------------------


def batch_of(store, *, in_progress: int = 0, completed_after: tuple[float, ...] = ()) -> None:
    batch = FileBatchFactory(vector_store=store, created_at=NOW)
    StoreFileFactory.create_batch(in_progress, vector_store=store, batch=batch)
    for each in completed_after:
        StoreFileFactory(
            vector_store=store, batch=batch, status="completed", settled_at=NOW + seconds(each)
        )


def left_after(number: float) -> timedelta:
    now = NOW + seconds(number)
    return left_of_batch(FileBatch.objects.with_progress(now).get(), now)


def test_a_new_batch_is_polled_soon(store):
    batch_of(store, in_progress=3)

    assert poll_after(left_after(0)) == "50"


def test_the_remaining_time_of_an_unstarted_batch_is_the_time_that_has_passed(store):
    batch_of(store, in_progress=3)

    assert left_after(9) == seconds(9)


def test_the_remaining_time_of_a_batch_follows_from_its_files(store):
    batch_of(store, in_progress=2, completed_after=(1, 2, 3, 4))

    assert left_after(4) == seconds(2)


def test_a_batch_is_not_expected_to_take_longer_than_it_has_taken(store):
    batch_of(store, in_progress=299, completed_after=(0.25,))

    assert left_after(0.25) == seconds(0.299)


def test_a_large_batch_is_expected_to_take_as_long_as_the_fastest_service(store):
    batch_of(store, in_progress=20)

    assert left_after(0) == seconds(0.02)


def test_a_finished_batch_has_no_remaining_time(store):
    batch_of(store, completed_after=(1, 2))

    assert left_after(100) == seconds(0)
