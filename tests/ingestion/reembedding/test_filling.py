"""Only the worker that holds the job writes embeddings, and only of the text that it read."""

from collections.abc import Sequence
from datetime import timedelta
from threading import Event

import numpy as np
import pytest
from django.db import transaction
from django.utils import timezone

from ingestion import embedding
from ingestion.claims import ClaimLost
from ingestion.reembedding.claim import JobClaim
from ingestion.reembedding.generation import fill
from tests.ingestion.reembedding.changing import (
    LEASE,
    begin,
    generations,
    is_embedded,
    publish_again,
    somebody_waits,
    taken,
)
from tests.live import wait_until
from tests.vectorstores.published import searchable
from tests.vectorstores.threads import at_once
from vectorstores import maintenance, services
from vectorstores.embeddings.in_process import HashingEmbedder
from vectorstores.models import Chunk, ChunkEmbedding, Reembedding, VectorStore, VectorStoreFile
from vectorstores.models.chunks import Content, write_embeddings
from vectorstores.models.chunks.generations import missing_files


def fill_now(job: Reembedding) -> bool:
    return fill(JobClaim(job, lambda: None))


def missing(job: Reembedding) -> list[VectorStoreFile]:
    return missing_files(job.vector_store_id, job.generation, most=100)


@pytest.fixture
def job(store: VectorStore) -> Reembedding:
    begin(store)
    return taken()


def test_missing_are_files_with_chunks_and_none_of_their_embeddings(store, job):
    files = [searchable(store, f"Wombat {number}.") for number in range(3)]
    searchable(store)
    removed = searchable(store, "Puffins fly.")
    services.detach_file(store_file=removed, now=timezone.now())

    before = missing(job)
    fill_now(job)

    assert before == files
    assert missing(job) == []


def test_missing_vectors_after_a_file_are_found_from_there(store, job):
    files = [searchable(store, f"Wombat {number}.") for number in range(3)]

    behind = missing_files(store.pk, job.generation, after=files[0].pk, most=1)

    assert behind == [files[1]]


@pytest.mark.parametrize(("backend", "requests"), [("openai", [3]), ("hashing", [1, 1, 1])])
def test_files_are_asked_for_together_where_the_model_is_elsewhere(
    store, job, models, monkeypatch, backend, requests
):
    asked: list[int] = []

    class Counting(HashingEmbedder):
        def embed(self, texts: Sequence[str], **_: object) -> np.ndarray:
            asked.append(len(texts))
            return super().embed(texts)

    monkeypatch.setattr(embedding, "get_embedder", lambda name: Counting(model=name, dimensions=64))
    models.EMBEDDING_MODELS = {"other": {"dimensions": 64, "backend": backend}}
    for number in range(3):
        searchable(store, f"Wombat {number}.")

    fill_now(job)

    assert asked == requests
    assert generations(store) == {1: 3, 2: 3}


def test_a_file_before_those_that_are_done_is_found_as_well(store, job):
    files = [searchable(store, f"Wombat {number}.") for number in range(3)]
    fill_now(job)

    publish_again(files[0], "Wombats sleep.")

    assert missing(job) == [files[0]]
    assert fill_now(job)
    assert all(is_embedded(file, "other", 2) for file in files)


def test_a_file_that_is_published_again_meanwhile_is_left_for_later(store, job, while_embedding):
    again, file = searchable(store, "Wombats dig."), searchable(store, "Puffins fly.")
    # As many chunks and bytes.
    while_embedding(lambda: publish_again(again, "Wombats dug."))

    fill_now(job)

    assert missing(job) == []
    assert is_embedded(file, "other", 2)
    assert is_embedded(again, "other", 2)


def test_a_file_that_has_them_by_now_is_left_alone(store, job, while_embedding):
    # After the switch others publish into the same generation.
    file, ones = searchable(store, "Wombats dig."), np.ones((1, 64))
    while_embedding(lambda: write_embeddings([Content(file, (), ones)], [job.generation]))

    fill_now(job)

    (row,) = ChunkEmbedding.objects.of([file]).filter(generation=job.generation)
    assert row.embedding == [1.0] * 64


def test_no_file_has_more_embeddings_than_chunks(store, job, while_embedding):
    file = searchable(store, "Wombats dig.", "Puffins fly.")
    while_embedding(lambda: Chunk.objects.of([file]).filter(position=1).delete())

    fill_now(job)

    assert generations(store) == {1: 2, 2: 1}


def test_a_file_that_is_gone_meanwhile_leaves_nothing(store, job, while_embedding):
    gone, file = searchable(store, "Wombats dig."), searchable(store, "Puffins fly.")

    def event() -> None:
        services.detach_file(store_file=gone, now=timezone.now())
        maintenance.purge(timezone.now(), tombstone_age=timedelta(0))

    while_embedding(event)

    assert fill_now(job)

    assert generations(store) == {1: 1, 2: 1}
    assert is_embedded(file, "other", 2)


def test_a_file_that_is_requeued_meanwhile_is_written_for_its_text_is_the_same(
    store, job, while_embedding
):
    file = searchable(store, "Wombats dig.")
    while_embedding(lambda: VectorStoreFile.objects.filter(pk=file.pk).requeue(timezone.now()))

    fill_now(job)

    assert is_embedded(file, "other", 2)


def test_a_job_that_is_cancelled_meanwhile_writes_nothing(store, job, while_embedding):
    searchable(store, "Wombats dig.")
    while_embedding(lambda: Reembedding.objects.cancel(timezone.now()))

    with pytest.raises(ClaimLost):
        fill_now(job)

    assert generations(store) == {1: 1}


def test_a_worker_that_was_silent_for_too_long_writes_nothing(store, job, while_embedding):
    searchable(store, "Wombats dig.")
    while_embedding(lambda: Reembedding.objects.claim_next(timezone.now() + LEASE, lease=LEASE))

    with pytest.raises(ClaimLost):
        fill_now(job)

    assert generations(store) == {1: 1}


def test_a_cancelled_job_is_noticed_in_the_middle_of_a_file(store, job, monkeypatch):
    claim = JobClaim(job, lambda: None)
    Reembedding.objects.cancel(timezone.now())
    claim.check_cancelled()  # it looks once a second
    monkeypatch.setattr("ingestion.reembedding.claim.RENEW_EVERY", 0.0)

    with pytest.raises(ClaimLost):
        claim.check_cancelled()


def test_the_claim_is_kept_while_the_work_goes_on(store, job, monkeypatch):
    monkeypatch.setattr("ingestion.reembedding.claim.RENEW_EVERY", 0.0)
    before = job.due_at

    JobClaim(job, lambda: None).check_cancelled()

    job.refresh_from_db()
    assert job.due_at > before


@pytest.mark.django_db(transaction=True)
def test_a_locked_file_is_skipped_without_waiting(store, job):
    locked, free = searchable(store, "Wombats dig."), searchable(store, "Puffins fly.")
    held, written = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            list(VectorStoreFile.objects.select_for_update().filter(pk=locked.pk))
            held.set()
            assert written.wait(10)

    def write() -> None:
        assert held.wait(10)
        fill_now(job)
        written.set()

    at_once(hold, write)

    assert missing(job) == [locked]
    assert is_embedded(free, "other", 2)


@pytest.mark.django_db(transaction=True)
def test_cancelling_waits_for_what_is_being_written_and_nothing_is_written_after(store, job):
    file = searchable(store, "Wombats dig.")
    writing = Event()

    def write() -> None:
        with transaction.atomic():
            assert job.hold()
            writing.set()
            wait_until(somebody_waits, seconds=10)
            write_embeddings([Content(file, (), np.ones((1, 64)))], [job.generation])

    def cancel() -> dict[int, int]:
        assert writing.wait(10)
        Reembedding.objects.cancel(timezone.now())
        return generations(store)

    _, seen = at_once(write, cancel)

    assert seen == {1: 1, 2: 1}
    with transaction.atomic():
        assert not job.hold()
