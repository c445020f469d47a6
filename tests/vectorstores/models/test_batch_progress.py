"""The progress of a batch, its rate and its estimated completion."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.factories import FileBatchFactory, StoreFileFactory
from vectorstores.models import FileBatch, VectorStoreFile
from vectorstores.models.batches import BatchProgress

START = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = {"i": "in_progress", "c": "completed", "f": "failed", "x": "cancelled"}


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def batch_of(store, **settled: Any) -> FileBatch:
    """Create a batch at START, by status: `c=[1, 2]` is when files were completed, `i=3` how many
    are in progress."""
    batch = FileBatchFactory(vector_store=store, created_at=START)
    for letter, seconds in settled.items():
        times = [None] * seconds if letter == "i" else [after(each) for each in seconds]
        for settled_at in times:
            StoreFileFactory(
                vector_store=store, batch=batch, status=NAMES[letter], settled_at=settled_at
            )
    return batch


def progress(seconds: float) -> BatchProgress:
    now = after(seconds)
    return FileBatch.objects.with_progress(now).get().progress(now)


def at(seconds: float) -> int:
    return int(after(seconds).timestamp())


def test_nothing_is_estimated_before_a_file_is_settled(store):
    batch_of(store, i=3)

    assert progress(60) == BatchProgress(0, 3, None, None)


def test_a_batch_without_files_is_done(store):
    batch_of(store)

    assert progress(60) == BatchProgress(0, 0, None, None)


def test_completion_is_estimated_from_the_rate(store):
    batch_of(store, c=[1, 2, 3], f=[4], i=6)

    assert progress(4) == BatchProgress(4, 10, 1.0, at(10))


def test_a_stalled_batch_gets_slower_and_later(store):
    batch_of(store, c=[1, 2], i=2)

    assert progress(2) == BatchProgress(2, 4, 1.0, at(4))
    assert progress(8) == BatchProgress(2, 4, 0.25, at(16))
    assert progress(2000) == BatchProgress(2, 4, 0.001, at(4000))


def test_a_finished_batch_keeps_its_rate(store):
    batch_of(store, c=[1, 2, 4], f=[8])

    assert progress(8) == progress(100_000) == BatchProgress(4, 4, 0.5, None)


def test_cancelled_files_do_not_raise_the_rate(store):
    batch_of(store, c=[5, 10], x=[11] * 8)

    assert progress(60) == BatchProgress(10, 10, 0.2, None)


def test_a_batch_cancelled_before_it_began_has_no_rate(store):
    batch_of(store, x=[3, 3])

    assert progress(60) == BatchProgress(2, 2, None, None)


def test_cancelled_files_do_not_delay_the_estimated_completion(store):
    batch_of(store, c=[1, 2], x=[2, 2], i=4)

    assert progress(2) == BatchProgress(4, 8, 1.0, at(6))


def test_time_in_the_queue_does_not_count_once_ten_files_are_settled(store):
    waited = 3600
    few = [waited + second for second in range(9)]
    batch = batch_of(store, c=few, i=21)
    before = progress(waited + 8)
    StoreFileFactory(
        vector_store=store, batch=batch, status="completed", settled_at=after(waited + 9)
    )

    assert before.files_per_second == 0.00249
    assert progress(waited + 9) == BatchProgress(10, 31, 1.0, at(waited + 9 + 21))


def test_files_settled_together_do_not_raise_the_rate(store):
    groups = [100 + group for group in range(10) for _ in range(4)]
    batch_of(store, c=groups, i=20)

    assert progress(109) == BatchProgress(40, 60, 4.0, at(114))


def test_a_batch_whose_files_are_all_settled_together_has_a_rate(store):
    batch_of(store, c=[2] * 12)

    assert progress(2) == BatchProgress(12, 12, 6.0, None)


def test_a_file_settled_before_its_batch_was_created_gives_no_rate(store):
    batch_of(store, c=[-5])

    assert progress(1) == BatchProgress(1, 1, None, None)


def test_a_completed_file_without_a_settling_time_counts_as_done(store):
    batch = FileBatchFactory(vector_store=store, created_at=START)
    StoreFileFactory(vector_store=store, batch=batch, status="completed", settled_at=None)

    assert progress(5) == BatchProgress(1, 1, None, None)


def test_a_requeued_file_no_longer_counts_as_done(store):
    batch_of(store, c=[1, 2])

    VectorStoreFile.objects.filter(settled_at=after(2)).requeue(after(3))

    assert progress(4) == BatchProgress(1, 2, 0.25, at(8))


@pytest.mark.parametrize(
    ("files", "seconds", "rate"),
    [(1, 3, 0.333), (2, 3, 0.667), (1, 7200, 0.000139), (1, 0.0004, 2500.0)],
)
def test_a_rate_has_three_digits(store, files, seconds, rate):
    batch_of(store, c=[seconds] * files)

    assert progress(seconds).files_per_second == rate


def test_progress_of_many_batches_is_one_query(store, django_assert_num_queries):
    for number in range(5):
        batch = FileBatchFactory(vector_store=store, created_at=after(number))
        StoreFileFactory.create_batch(
            number, vector_store=store, batch=batch, status="completed", settled_at=after(10)
        )

    with django_assert_num_queries(1):
        batches = FileBatch.objects.with_progress(after(10)).order_by("created_at")
        found = [batch.progress(after(10)) for batch in batches]

    assert [(each.files_total, each.files_per_second) for each in found] == [
        (0, None),
        (1, 0.111),
        (2, 0.25),
        (3, 0.429),
        (4, 0.667),
    ]
