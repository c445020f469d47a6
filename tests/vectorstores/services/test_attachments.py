"""Attaching files once or again, cancelling and detaching, and their effect on searches."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Q
from django.utils import timezone

from tests.factories import FileFactory, StoreFileFactory, VectorStoreFactory
from tests.vectorstores.claims import claim
from tests.vectorstores.published import publish, searchable
from vectorstores import maintenance, services
from vectorstores.errors import FileToAttachNotFound, StoreExpired, StoreNotFound
from vectorstores.ids import FILE
from vectorstores.models import Chunk, FileBatch, Status, VectorStore, VectorStoreFile
from vectorstores.search import Ranking, search
from vectorstores.services import Attachment, Chunking

LEASE = timedelta(minutes=1)


def attach(store: VectorStore, store_file: VectorStoreFile) -> VectorStoreFile:
    """Attach the file of `store_file` to its store again."""
    attachment = Attachment(FILE.parse(store_file.file.public_id))
    return services.attach_file(store=store, attachment=attachment, now=timezone.now())


def found(store: VectorStore, question: str = "wombats") -> list[str]:
    hits = search(
        store=store,
        queries=[question],
        where=Q(),
        limit=10,
        ranking=Ranking(vector_weight=1),
        now=timezone.now(),
    ).hits
    return [hit.text for hit in hits]


def usage(store: VectorStore) -> int:
    return VectorStore.objects.with_file_counts(timezone.now()).get(pk=store.pk).usage_bytes


# --- attaching again --------------------------------------------------------------------------


def test_old_chunks_are_found_until_new_ones_are_published(store):
    old = searchable(store, "Old wombats.")
    before = usage(store)

    again = attach(store, old)
    assert again.pk == old.pk
    assert found(store) == ["Old wombats."]

    assert claim(again, timezone.now(), LEASE)
    assert found(store) == ["Old wombats."]

    again = VectorStoreFile.objects.get()
    assert publish(again, "New wombats.")
    assert found(store) == ["New wombats."]
    assert usage(store) == before


def test_attaching_again_many_times_never_doubles_chunks_or_usage(store):
    store_file = searchable(store, "Wombats dig.", "They leave cubes.")
    before = usage(store)

    for _ in range(3):
        attach(store, store_file)
        again = VectorStoreFile.objects.get()
        claim(again, timezone.now(), LEASE)
        assert publish(again, "Wombats dig.", "They leave cubes.")

    assert Chunk.objects.count() == 2
    assert usage(store) == before


def test_the_worker_of_an_earlier_attachment_publishes_nothing(store):
    store_file = StoreFileFactory(vector_store=store)
    assert claim(store_file, timezone.now(), LEASE)

    attach(store, store_file)

    assert not publish(store_file, "Old wombats.")
    again = VectorStoreFile.objects.get()
    assert claim(again, timezone.now(), LEASE)
    assert publish(again, "New wombats.")
    assert found(store) == ["New wombats."]


def test_a_file_that_fails_when_attached_again_loses_its_old_chunks(store):
    old = searchable(store, "Old wombats.")
    attach(store, old)
    again = VectorStoreFile.objects.get()
    claim(again, timezone.now(), LEASE)

    assert again.fail(timezone.now(), code="invalid_file", message="It is empty.")

    assert found(store) == []
    assert usage(store) == 0
    maintenance.purge(timezone.now(), tombstone_age=LEASE)
    assert not Chunk.objects.exists()


def test_a_file_that_is_cancelled_when_attached_again_is_not_found(store):
    old = searchable(store, "Old wombats.")
    batch = services.attach_batch(
        store=store, attachments=[Attachment(FILE.parse(old.file.public_id))], now=timezone.now()
    )

    assert services.cancel_batch(batch=batch, now=timezone.now()) == 1

    assert found(store) == []
    assert usage(store) == 0


@pytest.mark.parametrize("status", [Status.FAILED, Status.CANCELLED])
def test_attaching_again_clears_errors_and_attempts(store, status):
    store_file = StoreFileFactory(
        vector_store=store,
        status=status,
        attempts=5,
        last_error_code="server_error",
        last_error_message="x",
        due_at=None,
    )

    attach(store, store_file)

    again = VectorStoreFile.objects.get()
    assert (again.status, again.attempts) == (Status.IN_PROGRESS, 0)
    assert (again.last_error_code, again.last_error_message) == ("", "")
    assert claim(again, timezone.now(), LEASE)


def test_attaching_again_keeps_the_place_of_the_file_in_the_list(store):
    old, newer = StoreFileFactory.create_batch(2, vector_store=store)

    again = attach(store, old)

    assert again.created_at == old.created_at
    assert VectorStoreFile.objects.latest("created_at") == newer


def test_a_file_attached_again_alone_leaves_its_batch(store):
    file = FileFactory(project=store.project)
    attachment = Attachment(FILE.parse(file.public_id))
    services.attach_batch(store=store, attachments=[attachment], now=timezone.now())

    services.attach_file(store=store, attachment=attachment, now=timezone.now())

    batch = FileBatch.objects.with_file_counts(timezone.now()).get()
    assert batch.file_counts["total"] == 0


# --- what may be attached ---------------------------------------------------------------------


def test_each_attachment_has_its_own_attributes_and_chunking(store):
    one, two = FileFactory.create_batch(2, project=store.project)

    services.attach_batch(
        store=store,
        attachments=[
            Attachment(FILE.parse(one.public_id), {"n": 1}, Chunking(200, 20)),
            Attachment(FILE.parse(two.public_id)),
        ],
        now=timezone.now(),
    )

    first, second = VectorStoreFile.objects.order_by("file_id")
    assert (first.attributes, first.max_chunk_size_tokens) == ({"n": 1}, 200)
    assert (second.attributes, second.max_chunk_size_tokens) == ({}, 800)


def test_attachments_do_not_share_their_attributes(store):
    one, two = (
        Attachment(FILE.parse(f.public_id))
        for f in FileFactory.create_batch(2, project=store.project)
    )

    assert one.attributes is not two.attributes


def test_a_store_that_was_deleted_meanwhile_accepts_no_file(store):
    file = FileFactory(project=store.project)
    VectorStore.objects.update(deleted_at=timezone.now())

    with pytest.raises(StoreNotFound):
        services.attach_file(
            store=store, attachment=Attachment(FILE.parse(file.public_id)), now=timezone.now()
        )

    assert not VectorStoreFile.objects.exists()


def test_a_store_that_expires_now_accepts_no_file(store):
    now = timezone.now()
    store.expires_at = now
    store.save()
    file = FileFactory(project=store.project)

    with pytest.raises(StoreExpired):
        services.attach_file(
            store=store, attachment=Attachment(FILE.parse(file.public_id)), now=now
        )


def test_all_files_of_a_batch_are_attached_or_none(store):
    file = FileFactory(project=store.project)
    unknown = FileFactory()  # of another project

    with pytest.raises(FileToAttachNotFound):
        services.attach_batch(
            store=store,
            attachments=[
                Attachment(FILE.parse(file.public_id)),
                Attachment(FILE.parse(unknown.public_id)),
            ],
            now=timezone.now(),
        )

    assert not VectorStoreFile.objects.exists()
    assert not FileBatch.objects.exists()


def test_no_worker_is_woken_after_a_rollback(store, sent, django_capture_on_commit_callbacks):
    with (
        django_capture_on_commit_callbacks(execute=True) as callbacks,
        pytest.raises(FileToAttachNotFound),
    ):
        services.attach_batch(
            store=store,
            attachments=[Attachment(FILE.parse("file-" + "0" * 22))],
            now=timezone.now(),
        )

    assert callbacks == []
    assert sent("ingest_bulk") == 0


# --- cancelling and detaching -----------------------------------------------------------------


def test_cancelling_returns_how_many_files_it_cancelled(store):
    files = FileFactory.create_batch(3, project=store.project)
    batch = services.attach_batch(
        store=store,
        attachments=[Attachment(FILE.parse(file.public_id)) for file in files],
        now=timezone.now(),
    )
    done = VectorStoreFile.objects.first()
    claim(done, timezone.now(), LEASE)
    assert publish(done, "Wombats dig.")
    now = datetime(2026, 1, 1, tzinfo=UTC)

    assert services.cancel_batch(batch=batch, now=now) == 2
    assert services.cancel_batch(batch=batch, now=timezone.now()) == 0

    batch.refresh_from_db()
    assert batch.cancelled_at == now


def test_a_detached_file_is_found_only_in_other_stores(store):
    other = VectorStoreFactory(project=store.project)
    here = searchable(store, "Wombats dig.")
    searchable(other, "Wombats dig.", file=here.file)

    services.detach_file(store_file=here, now=timezone.now())

    assert found(store) == []
    assert found(other) == ["Wombats dig."]


def test_a_file_detached_during_its_ingestion_is_not_published(store):
    store_file = StoreFileFactory(vector_store=store)
    claim(store_file, timezone.now(), LEASE)

    services.detach_file(store_file=store_file, now=timezone.now())

    assert not publish(store_file, "Wombats dig.")
    assert not Chunk.objects.exists()
