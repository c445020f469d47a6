"""Waking workers for files whose message was lost or whose worker went silent."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import (
    ReembeddingFactory,
    StoreFileFactory,
    VectorStoreFactory,
)
from tests.vectorstores.claims import claim
from vectorstores import dispatch, maintenance, tasks
from vectorstores.models import Status

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def test_a_file_whose_message_was_lost_wakes_a_worker(db, sent):
    StoreFileFactory(due_at=NOW - MINUTE)

    assert maintenance.wake(NOW) == 1

    assert (sent("ingest"), sent("ingest_bulk")) == (1, 0)


def test_queued_messages_are_not_sent_again(db, sent):
    StoreFileFactory.create_batch(3, due_at=NOW)
    dispatch.wake(files=1, bulk=False)

    assert maintenance.wake(NOW) == 2
    assert maintenance.wake(NOW + MINUTE) == 0

    assert sent("ingest") == 3


def test_a_file_whose_worker_went_silent_wakes_another(db, sent):
    store_file = StoreFileFactory(due_at=NOW)
    assert claim(store_file, NOW, MINUTE)

    assert maintenance.wake(NOW + MINUTE - SECOND) == 0
    assert maintenance.wake(NOW + MINUTE) == 1


def test_a_postponed_file_wakes_a_worker_when_it_is_due(db, sent):
    store_file = StoreFileFactory(due_at=NOW)
    claim(store_file, NOW, MINUTE)
    store_file.postpone(NOW + 5 * SECOND)

    assert maintenance.wake(NOW + 4 * SECOND) == 0
    assert maintenance.wake(NOW + 5 * SECOND) == 1


def test_files_of_a_batch_wake_bulk_workers(store, sent):
    StoreFileFactory.create_batch(2, vector_store=store, bulk=True, due_at=NOW)
    StoreFileFactory(vector_store=store, due_at=NOW)

    assert maintenance.wake(NOW) == 3

    assert (sent("ingest"), sent("ingest_bulk")) == (1, 2)


def test_queued_bulk_messages_do_not_count_for_single_files(store, sent):
    StoreFileFactory(vector_store=store, due_at=NOW)
    dispatch.wake(files=5, bulk=True)

    assert maintenance.wake(NOW) == 1

    assert sent("ingest") == 1


def test_no_worker_is_woken_for_files_that_are_not_due(db, sent):
    for status in (Status.COMPLETED, Status.FAILED, Status.CANCELLED):
        StoreFileFactory(due_at=NOW, status=status)
    StoreFileFactory(due_at=NOW, deleted_at=NOW)
    StoreFileFactory(due_at=NOW, vector_store=VectorStoreFactory(deleted_at=NOW))
    StoreFileFactory(due_at=NOW + MINUTE)

    assert maintenance.wake(NOW) == 0

    assert sent("ingest") == sent("ingest_bulk") == 0


@pytest.mark.parametrize("count", [1, dispatch.MOST_WAKES + 10])
def test_a_sweep_of_any_backlog_costs_two_queries_and_few_messages(store, sent, count):
    StoreFileFactory.create_batch(count, vector_store=store, due_at=NOW, file__content="")

    with CaptureQueriesContext(connection) as queries:
        woken = maintenance.wake(NOW)

    assert len(queries) == 2
    assert woken == sent("ingest") == min(count, dispatch.MOST_WAKES)


def test_the_task_wakes_workers_for_files_due_now(db, sent):
    StoreFileFactory(due_at=timezone.now() - SECOND)
    StoreFileFactory(due_at=timezone.now() + MINUTE)

    assert tasks.sweep() == 1

    assert sent("ingest") == 1


# --- re-embeddings ------------------------------------------------------------------------------


def test_a_re_embedding_that_is_due_wakes_a_worker(db, sent):
    ReembeddingFactory(due_at=NOW)
    ReembeddingFactory(due_at=NOW + SECOND)
    ReembeddingFactory(due_at=None, finished_at=NOW)

    assert maintenance.wake_reembedding(NOW) == 1

    assert sent("reembed") == 1


def test_queued_messages_for_re_embeddings_are_not_sent_again(db, sent):
    ReembeddingFactory.create_batch(3, due_at=NOW)
    dispatch.wake_reembedding(jobs=1)

    assert maintenance.wake_reembedding(NOW) == 2
    assert maintenance.wake_reembedding(NOW) == 0

    assert sent("reembed") == 3


def test_the_sweep_wakes_workers_for_re_embeddings(db, sent):
    ReembeddingFactory(due_at=NOW)

    tasks.sweep()

    assert sent("reembed") == 1
