"""The switch, and those who publish just then."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Event

import pytest
from django.db import OperationalError, transaction
from django.utils import timezone

from ingestion import pipeline, reuse, worker
from ingestion.claims import Claim
from ingestion.pipeline import publish
from ingestion.reembedding.claim import JobClaim
from ingestion.reembedding.generation import fill
from tests.factories import FileFactory, StoreFileFactory, VectorStoreFactory
from tests.ingestion.claiming import claimed, embedded, ingest_now
from tests.ingestion.reembedding.changing import (
    begin,
    finish,
    generations,
    is_embedded,
    somebody_waits,
    taken,
    until,
)
from tests.live import wait_until
from tests.vectorstores.published import searchable
from tests.vectorstores.threads import at_once
from vectorstores import services
from vectorstores.models import Chunk, Reembedding, Status, VectorStore, VectorStoreFile, switching
from vectorstores.models.chunks import SourceGone, copy_chunks, find_sources
from vectorstores.models.reembeddings import State
from vectorstores.models.switching import StoreChanged, lock_generation, switch

GRACE = timedelta(minutes=2)


@pytest.fixture
def job(store: VectorStore) -> Reembedding:
    """Claim a change of model whose only file was there before."""
    searchable(store, "Puffins fly.")
    begin(store)
    job = taken()
    assert fill(JobClaim(job, lambda: None))
    return job


def searched_by(store: VectorStore) -> tuple[str, int, int]:
    store = VectorStore.objects.get(pk=store.pk)
    return store.embedding_model, store.embedding_dimensions, store.generation


BEFORE, AFTER = ("hashing", 256, 1), ("other", 64, 2)


# --- when it switches ---------------------------------------------------------------------------


def test_it_switches_when_nothing_is_missing_and_waits_before_it_clears(store, job):
    now = timezone.now()

    assert switch(job, now, grace=GRACE)

    assert searched_by(store) == AFTER
    job.refresh_from_db()
    assert (job.state, job.due_at, job.finished_at) == (State.SWITCHED, now + GRACE, None)


def test_it_does_not_switch_while_a_file_is_missing(store, job):
    searchable(store, "Wombats dig.")

    assert not switch(job, timezone.now(), grace=GRACE)

    assert searched_by(store) == BEFORE
    job.refresh_from_db()
    assert job.state == State.EMBEDDING


def test_it_does_not_switch_for_a_worker_that_lost_the_claim(store, job):
    Reembedding.objects.cancel(timezone.now())

    assert not switch(job, timezone.now(), grace=GRACE)

    assert searched_by(store) == BEFORE


def test_it_does_not_switch_a_deleted_store(store, job):
    services.delete_store(store=store, now=timezone.now())

    assert not switch(job, timezone.now(), grace=GRACE)

    assert searched_by(store) == BEFORE


# --- those who publish --------------------------------------------------------------------------


@pytest.fixture
def closing() -> Iterator[list[Claim]]:
    claims: list[Claim] = []
    yield claims
    for claim in claims:
        claim.close()


def embedded_before_switch(
    store: VectorStore, closing: list[Claim], text: str = "Wombats dig."
) -> Claim:
    """Claim a file before the switch, and embed it by the old model."""
    claim = embedded(claimed(StoreFileFactory(vector_store=store)), text)
    closing.append(claim)
    return claim


@pytest.mark.parametrize("together", [False, True], ids=["alone", "together"])
def test_a_file_embedded_by_the_old_model_is_released(store, job, closing, together):
    bystander = embedded_before_switch(VectorStoreFactory(project=store.project), closing)
    claim = embedded_before_switch(store, closing)
    claims = [bystander, claim] if together else [claim]
    switch(job, timezone.now(), grace=GRACE)
    now = timezone.now()

    published = publish(claims, now)

    file = VectorStoreFile.objects.get(pk=claim.store_file.pk)
    assert published == claims[:-1]
    assert (file.status, file.due_at, file.claimed_at) == (Status.IN_PROGRESS, now, None)
    assert file.attempts == 0
    assert not Chunk.objects.of([file]).exists()


@pytest.mark.usefixtures("unheeded")
def test_a_file_that_was_released_is_embedded_by_the_new_model(store, job, closing):
    claim = embedded_before_switch(store, closing)
    switch(job, timezone.now(), grace=GRACE)
    publish([claim], timezone.now())

    worker.run_turn(bulk=False)

    claim.store_file.refresh_from_db()
    assert claim.store_file.status == Status.COMPLETED
    assert is_embedded(claim.store_file, "other", 2)


@pytest.mark.django_db(transaction=True)
def test_a_switch_waits_for_publishing_workers_and_then_finds_a_file_missing(store, job, closing):
    claim = embedded_before_switch(store, closing)
    publishing = Event()

    def slow() -> None:
        with transaction.atomic():
            assert publish([claim], timezone.now()) == [claim]
            publishing.set()
            wait_until(somebody_waits, seconds=10)

    def switch_now() -> bool:
        assert publishing.wait(10)
        return switch(job, timezone.now(), grace=GRACE)

    assert at_once(slow, switch_now) == [None, False]
    assert searched_by(store) == BEFORE


@pytest.mark.django_db(transaction=True)
def test_publishing_workers_wait_for_a_switch_and_then_come_too_late(store, job, closing):
    claim = embedded_before_switch(store, closing)
    switched = Event()

    def switch_slowly() -> None:
        with transaction.atomic():
            assert switch(job, timezone.now(), grace=GRACE)
            switched.set()
            wait_until(somebody_waits, seconds=10)

    def publish_now() -> list[Claim]:
        assert switched.wait(10)
        return publish([claim], timezone.now())

    assert at_once(switch_slowly, publish_now) == [None, []]
    assert searched_by(store) == AFTER


@pytest.mark.django_db(transaction=True)
def test_a_switch_does_not_wait_for_ever(store, job, monkeypatch):
    monkeypatch.setattr(switching, "PATIENCE", "50ms")
    publishing, given_up = Event(), Event()

    def slow() -> None:
        with transaction.atomic():
            lock_generation(store)
            publishing.set()
            assert given_up.wait(10)

    def switch_now() -> None:
        assert publishing.wait(10)
        with pytest.raises(OperationalError, match="lock timeout"):
            switch(job, timezone.now(), grace=GRACE)
        given_up.set()

    at_once(slow, switch_now)

    assert searched_by(store) == BEFORE


@pytest.mark.django_db(transaction=True)
def test_publishing_waits_neither_for_attachments_nor_for_searches(store):
    # `touch` locks the store's row as they do.
    held, kept = Event(), Event()

    def touch() -> None:
        with transaction.atomic():
            assert store.touch(timezone.now())
            held.set()
            assert kept.wait(10)

    def keep() -> None:
        assert held.wait(10)
        with transaction.atomic():
            lock_generation(store)
        kept.set()

    at_once(touch, keep)


@pytest.mark.parametrize("change", [{"generation": 2}, {"embedding_model": "x"}, {"deleted": True}])
def test_a_store_that_changed_cannot_be_locked(store, change):
    if change.pop("deleted", False):
        VectorStore.objects.filter(pk=store.pk).delete()
    else:
        VectorStore.objects.filter(pk=store.pk).update(**change)

    with pytest.raises(StoreChanged):
        lock_generation(store)


# --- known content ------------------------------------------------------------------------------

TEXT = "Wombats dig at night."


@pytest.fixture
def source(project) -> VectorStoreFile:
    """Ingest a file in a store of its own."""
    store = VectorStoreFactory(project=project)
    made = StoreFileFactory(vector_store=store, file=FileFactory(project=project, text=TEXT))
    ingest_now(made)
    return made


def same_in(store: VectorStore) -> VectorStoreFile:
    file = FileFactory(project=store.project, text=TEXT)
    return StoreFileFactory(vector_store=store, file=file)


@pytest.mark.usefixtures("unheeded")
def test_known_content_is_copied_into_a_store_under_change_and_embedded_anew(source, store):
    job = begin(store)
    same = same_in(store)

    ingest_now(same)

    assert same.status == Status.COMPLETED
    assert is_embedded(same, "hashing", 1)
    finish(job)
    assert is_embedded(same, "other", 2)


@pytest.mark.usefixtures("unheeded")
def test_known_content_is_released_where_the_store_was_switched_since(source, store, job):
    same = claimed(same_in(store))
    switch(job, timezone.now(), grace=GRACE)

    pipeline.ingest([same])

    row = VectorStoreFile.objects.get(pk=same.pk)
    assert (row.status, row.attempts, row.claimed_at) == (Status.IN_PROGRESS, 0, None)
    assert not Chunk.objects.of([row]).exists()


@pytest.mark.usefixtures("unheeded")
def test_content_of_a_store_that_was_switched_since_it_was_found_is_not_copied(source, store):
    same = claimed(same_in(store))
    (found,) = find_sources([same], [reuse.fingerprint(same)])
    assert found == source
    finish(begin(source.vector_store))

    with pytest.raises(SourceGone), transaction.atomic():
        copy_chunks(source=found, target=same)


@pytest.mark.usefixtures("unheeded")
def test_a_store_that_has_just_switched_is_no_source_until_its_usage_is_right(source, project):
    target = VectorStoreFactory(project=project, embedding_model="other", embedding_dimensions=64)
    same = claimed(same_in(target))
    fingerprints = [reuse.fingerprint(same)]
    job = begin(source.vector_store)
    until(job, State.SWITCHED)

    switched = find_sources([same], fingerprints)
    finish(job)
    done = find_sources([same], fingerprints)

    assert (switched, done) == ([None], [source])
    assert done[0].usage_bytes == len(TEXT) + 2 * 64


def test_generations_of_other_stores_are_left_alone(store, job):
    bystander = searchable(VectorStoreFactory(project=store.project), "Wombats dig.")

    switch(job, timezone.now(), grace=GRACE)

    assert searched_by(bystander.vector_store) == BEFORE
    assert generations(bystander.vector_store) == {1: 1}
