"""Files that are published together, while somebody changes them."""

from collections import Counter
from collections.abc import Callable, Iterator
from threading import Event

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ingestion.claims import Claim
from ingestion.pipeline import publish
from tests.factories import FileBatchFactory, FileFactory, StoreFileFactory, VectorStoreFactory
from tests.ingestion.claiming import claimed, embedded
from tests.live import wait_until
from tests.vectorstores.published import searchable
from tests.vectorstores.threads import at_once
from vectorstores import services
from vectorstores.ids import FILE
from vectorstores.models import (
    Chunk,
    ChunkEmbedding,
    FileBatch,
    Status,
    VectorStore,
    VectorStoreFile,
)
from vectorstores.services import Attachment

TEXTS = ["Wombats dig.", "Puffins fly."]


@pytest.fixture
def closing_spools() -> Iterator[list[Claim]]:
    claims: list[Claim] = []
    yield claims
    for claim in claims:
        claim.close()


@pytest.fixture
def claims_of(closing_spools: list[Claim]) -> Callable[..., list[Claim]]:
    def make(*store_files: VectorStoreFile) -> list[Claim]:
        claims = [embedded(claimed(store_file), *TEXTS) for store_file in store_files]
        closing_spools.extend(claims)
        return claims

    return make


def inconsistent() -> list[VectorStoreFile]:
    """Return the files whose chunks disagree with their row."""
    return [
        row
        for row in VectorStoreFile.objects.all()
        for wanted in [len(TEXTS) if row.status == Status.COMPLETED else 0]
        if Chunk.objects.of([row]).count() != wanted
        or ChunkEmbedding.objects.of([row]).count() != wanted
        or row.chunks_done != wanted
        or (row.usage_bytes > 0) is not bool(wanted)
    ]


def test_files_published_together_are_each_whole(db, claims_of):
    claims = claims_of(*StoreFileFactory.create_batch(3))

    published = publish(claims, timezone.now())

    assert published == claims
    assert inconsistent() == []
    assert set(VectorStoreFile.objects.values_list("status", flat=True)) == {Status.COMPLETED}
    for claim in claims:
        assert [chunk.text for chunk in Chunk.objects.of([claim.store_file])] == TEXTS


def test_publishing_many_costs_what_publishing_two_does(db, claims_of):
    def statements(count: int) -> int:
        claims = claims_of(*StoreFileFactory.create_batch(count))
        with CaptureQueriesContext(connection) as queries:
            publish(claims, timezone.now())
        return len(queries)

    statements(2)  # a connection learns pgvector's types once

    assert statements(2) == statements(9)


def test_a_file_that_was_lost_leaves_the_others_published(db, claims_of):
    lost, *kept = claims = claims_of(*StoreFileFactory.create_batch(3))
    VectorStoreFile.objects.filter(pk=lost.store_file.pk).cancel(timezone.now())

    published = publish(claims, timezone.now())

    assert published == kept
    assert inconsistent() == []


def test_files_that_are_read_again_have_their_new_chunks_alone(store, claims_of):
    old = [searchable(store, "old", "older", "oldest") for _ in range(2)]
    VectorStoreFile.objects.all().requeue(timezone.now())

    publish(claims_of(*old, StoreFileFactory(vector_store=store)), timezone.now())

    assert inconsistent() == []
    assert {chunk.text for chunk in Chunk.objects.all()} == set(TEXTS)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_published_if_anything_of_it_fails(claims_of, monkeypatch):
    claims = claims_of(*StoreFileFactory.create_batch(3))
    monkeypatch.setattr(
        Claim,
        "content",
        lambda claim: claim.content_of_a_bug() if claim is claims[2] else whole(claim),
    )

    with pytest.raises(AttributeError):
        publish(claims, timezone.now())

    assert not Chunk.objects.exists()
    assert set(VectorStoreFile.objects.values_list("status", flat=True)) == {Status.IN_PROGRESS}


whole = Claim.content


@pytest.mark.django_db(transaction=True)
def test_a_locked_row_is_published_alone_once_it_is_free(claims_of):
    locked, *free = claims = claims_of(*StoreFileFactory.create_batch(3))
    held, others_are_there = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            list(VectorStoreFile.objects.select_for_update().filter(pk=locked.store_file.pk))
            held.set()
            wait_until(lambda: completed() == 2, seconds=10)  # nobody waited for us
            others_are_there.set()

    def publish_all() -> list[Claim]:
        held.wait(10)
        return publish(claims, timezone.now())

    _, published = at_once(hold, publish_all)

    assert others_are_there.is_set()
    assert published == [*free, locked]
    assert inconsistent() == []


def completed() -> int:
    return VectorStoreFile.objects.filter(status=Status.COMPLETED).count()


# --- among others, each many times --------------------------------------------------------------

ROUNDS, FILES = 30, 4


@pytest.mark.django_db(transaction=True)
def test_cancelling_some_while_all_are_published(claims_of):
    ends = Counter[str]()
    for _ in range(ROUNDS):
        claims = claims_of(*StoreFileFactory.create_batch(FILES, vector_store=VectorStoreFactory()))
        some = VectorStoreFile.objects.filter(pk__in=[w.store_file.pk for w in claims[1:3]])

        published, cancelled = at_once(
            lambda claims=claims: publish(claims, timezone.now()),
            lambda some=some: some.cancel(timezone.now()),
        )

        ends[f"{cancelled} cancelled"] += 1
        assert len(published) + cancelled == FILES
    assert inconsistent() == []
    assert ends.total() == ROUNDS


@pytest.mark.django_db(transaction=True)
def test_cancelling_a_batch_while_it_is_published(claims_of):
    for _ in range(ROUNDS):
        batch = FileBatchFactory()
        claims = claims_of(
            *StoreFileFactory.create_batch(FILES, vector_store=batch.vector_store, batch=batch)
        )

        published, cancelled = at_once(
            lambda claims=claims: publish(claims, timezone.now()),
            lambda batch=batch: services.cancel_batch(batch=batch, now=timezone.now()),
        )

        counts = FileBatch.objects.with_file_counts(timezone.now()).get(pk=batch.pk).file_counts
        assert (counts["completed"], counts["cancelled"]) == (len(published), cancelled)
        assert len(published) + cancelled == FILES
    assert inconsistent() == []


@pytest.mark.django_db(transaction=True)
def test_attaching_again_while_it_is_published(claims_of):
    # In either order, the file is whole, and completed or waiting to be.
    for _ in range(ROUNDS):
        store = VectorStoreFactory()
        files = FileFactory.create_batch(FILES, project=store.project, content="")
        rows = [StoreFileFactory(vector_store=store, file=file) for file in files]
        claims = claims_of(*rows)

        published, _ = at_once(
            lambda claims=claims: publish(claims, timezone.now()),
            lambda store=store, files=files: services.attach_batch(
                store=VectorStore.objects.get(pk=store.pk),
                attachments=[Attachment(FILE.parse(file.public_id)) for file in files],
                now=timezone.now(),
            ),
        )

        # Those that were published first wait with their chunks, the others without.
        assert store.store_files.filter(status=Status.IN_PROGRESS).count() == FILES
        for claim in claims:
            count = Chunk.objects.of([claim.store_file]).count()
            assert count == (len(TEXTS) if claim in published else 0)


@pytest.mark.django_db(transaction=True)
def test_deleting_the_store_while_it_is_published(claims_of):
    for _ in range(ROUNDS):
        store = VectorStoreFactory()
        claims = claims_of(*StoreFileFactory.create_batch(FILES, vector_store=store))

        published, _ = at_once(
            lambda claims=claims: publish(claims, timezone.now()),
            lambda store=store: services.delete_store(store=store, now=timezone.now()),
        )

        assert store.store_files.filter(status=Status.COMPLETED).count() == len(published)
        assert store.store_files.filter(status=Status.CANCELLED).count() == FILES - len(published)
    assert inconsistent() == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_publish_the_same_files_once(claims_of):
    # One was silent for longer than its lease, so the other has claimed them.
    for _ in range(ROUNDS // 4):
        rows = StoreFileFactory.create_batch(FILES, vector_store=VectorStoreFactory())
        slow = claims_of(*rows)
        VectorStoreFile.objects.filter(status=Status.IN_PROGRESS).update(due_at=timezone.now())
        quick = claims_of(*rows)

        each = at_once(
            lambda claims=slow: publish(claims, timezone.now()),
            lambda claims=quick: publish(claims, timezone.now()),
        )

        assert each == [[], quick]
    assert inconsistent() == []
