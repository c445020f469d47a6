"""Embeddings that no search reads are dropped: after a switch, or a change that came to nothing."""

from datetime import timedelta
from threading import Event

import pytest
from django.db import connection, transaction
from django.utils import timezone

from ingestion.claims import ClaimLost
from ingestion.reembedding import claim, generation
from tests.factories import VectorStoreFactory
from tests.ingestion.reembedding.changing import (
    LEASE,
    begin,
    finish,
    generations,
    is_embedded,
    publish_again,
    taken,
    turn,
    until,
)
from tests.vectorstores.published import searchable
from tests.vectorstores.threads import at_once
from vectorstores import maintenance, services
from vectorstores.models import Chunk, Reembedding, VectorStore, VectorStoreFile
from vectorstores.models.reembeddings import State


def usage(store_file: VectorStoreFile) -> int:
    return VectorStoreFile.objects.get(pk=store_file.pk).usage_bytes


def cancel(job: Reembedding) -> None:
    rows = Reembedding.objects.filter(pk=job.pk)
    assert services.cancel_reembeddings(rows=rows, now=timezone.now()) == 1


def test_a_change_that_is_cancelled_leaves_the_store_as_it_was(store, monkeypatch):
    monkeypatch.setattr(claim, "JOB_TURN", 0.0)
    file = searchable(store, "Wombats dig.")
    before = usage(file)
    job = begin(store)
    turn(job)
    assert generations(store) == {1: 1, 2: 1}

    cancel(job)
    finish(job)

    store.refresh_from_db()
    assert (job.state, job.due_at) == (State.CANCELLED, None)
    assert (store.embedding_model, store.generation) == ("hashing", 1)
    assert generations(store) == {1: 1}
    assert is_embedded(file, "hashing", 1)
    assert usage(file) == before


def test_after_a_change_that_was_cancelled_another_one_may_begin(store, monkeypatch):
    file = searchable(store, "Wombats dig.")
    job = begin(store)
    cancel(job)
    finish(job)

    finish(begin(store, "large"))

    assert is_embedded(file, "large", 2)
    assert generations(store) == {2: 1}


def test_a_reembedding_that_has_switched_cannot_be_cancelled(store):
    searchable(store, "Wombats dig.")
    job = begin(store)
    until(job, State.SWITCHED)

    cancelled = services.cancel_reembeddings(rows=Reembedding.objects.all(), now=timezone.now())

    assert cancelled == 0
    finish(job)
    assert job.state == State.DONE


def test_the_old_are_dropped_in_slices_over_several_turns(store, monkeypatch):
    files = [searchable(store, f"Wombat {number}.", "dig") for number in range(4)]
    before = [usage(file) for file in files]
    job = begin(store)
    until(job, State.SWITCHED)
    monkeypatch.setattr(claim, "JOB_TURN", 0.0)
    monkeypatch.setattr(generation, "SLICE", 3)  # which ends in the middle of a file

    left = []
    while not job.finished_at:
        turn(job)
        left.append(generations(store).get(1, 0))

    assert left == [4, 0, 0]
    assert [usage(file) for file in files] == [was - 2 * 2 * (256 - 64) for was in before]


def test_the_usage_of_a_file_published_after_the_switch_is_left_alone(store):
    file, other = searchable(store, "Wombats dig."), searchable(store, "Puffins fly.")
    job = begin(store)
    until(job, State.SWITCHED)
    publish_again(file, "Wombats sleep.")
    published = usage(file)

    finish(job)

    assert usage(file) == published
    assert usage(other) == 12 + 2 * 64


@pytest.mark.django_db(transaction=True)
def test_locked_files_are_cleared_later(store):
    locked, _ = searchable(store, "Wombats dig."), searchable(store, "Puffins fly.")
    job = begin(store)
    until(job, State.SWITCHED)
    held, cleared = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            list(VectorStoreFile.objects.select_for_update().filter(pk=locked.pk))
            held.set()
            assert cleared.wait(10)

    def clear() -> None:
        assert held.wait(10)
        turn(job)
        cleared.set()

    at_once(hold, clear)

    assert generations(store) == {1: 1, 2: 2}
    assert is_embedded(locked, "hashing", 1)
    assert job.finished_at is None
    finish(job)
    assert generations(store) == {2: 2}


def test_a_worker_that_has_lost_the_job_drops_nothing(store):
    # Another worker may have ended it since, and begun a change with the same number.
    searchable(store, "Wombats dig.")
    job = begin(store)
    until(job, State.SWITCHED)
    Reembedding.objects.update(due_at=timezone.now())
    slow = taken()
    assert Reembedding.objects.claim_next(timezone.now() + LEASE, lease=LEASE)

    with pytest.raises(ClaimLost):
        generation.clear(claim.JobClaim(slow, lambda: None))

    assert generations(store) == {1: 1, 2: 1}


def test_files_are_not_written_if_their_usage_stays_the_same(store, models):
    models.EMBEDDING_MODELS = {"as large": {"dimensions": 256}}
    file = searchable(store, "Wombats dig.")
    before = place(file)

    finish(begin(store, "as large"))

    assert generations(store) == {2: 1}
    assert place(file) == before


def place(file: VectorStoreFile) -> str:
    """Return where the row lies, which changes when it is written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctid FROM vectorstores_vectorstorefile WHERE id = %s", [file.pk])
        return str(cursor.fetchone()[0])


def test_embeddings_without_a_file_are_dropped_as_well(store):
    file = searchable(store, "Wombats dig.")
    job = begin(store)
    until(job, State.SWITCHED)
    VectorStoreFile.objects.filter(pk=file.pk).delete()

    finish(job)

    assert generations(store) == {2: 1}


@pytest.mark.parametrize("state", ["embedding", "switched"])
@pytest.mark.parametrize("end", ["deleted_at", "expires_at"])
def test_a_store_that_ends_meanwhile_ends_its_change(store, monkeypatch, state, end):
    monkeypatch.setattr(claim, "JOB_TURN", 0.0)
    searchable(store, "Wombats dig.")
    job = begin(store)
    until(job, state)
    VectorStore.objects.filter(pk=store.pk).update(**{end: timezone.now()})

    finish(job)

    kept = 1 if state == "embedding" else 2
    assert generations(store) == {kept: 1}
    if state == "embedding":
        assert job.state == State.CANCELLED
        assert job.error == "The store was deleted or has expired."
    else:
        assert job.state == State.DONE


def test_a_store_that_is_deleted_and_purged_takes_its_changes_with_it(store):
    searchable(store, "Wombats dig.")
    begin(store)
    services.delete_store(store=store, now=timezone.now())

    maintenance.purge(timezone.now(), tombstone_age=timedelta(0))

    assert not VectorStore.objects.filter(pk=store.pk).exists()
    assert not Reembedding.objects.exists()
    assert not Chunk.objects.exists()
    assert generations(store) == {}


def test_other_stores_keep_theirs(store):
    bystander = searchable(VectorStoreFactory(project=store.project), "Puffins fly.")
    searchable(store, "Wombats dig.")

    finish(begin(store))

    assert generations(bystander.vector_store) == {1: 1}
    publish_again(bystander, "Puffins dive.")
    assert generations(bystander.vector_store) == {1: 1}
