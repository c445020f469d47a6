"""The state machine with real threads and a connection each: only one change wins."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from threading import Event

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests.factories import FileBatchFactory, FileFactory, StoreFileFactory, VectorStoreFactory
from tests.live import wait_until
from tests.vectorstores.claims import claim
from tests.vectorstores.published import publish
from tests.vectorstores.threads import at_once
from vectorstores import services
from vectorstores.errors import FileToAttachNotFound
from vectorstores.ids import FILE
from vectorstores.models import Chunk, FileBatch, Status, VectorStore, VectorStoreFile
from vectorstores.services import Attachment

pytestmark = pytest.mark.django_db(transaction=True)

LEASE = timedelta(minutes=1)


def claims(rows: Iterable[int]) -> list[int]:
    """Claim these rows, and return those that were claimed."""
    return [pk for pk in rows if claim(VectorStoreFile(pk=pk), timezone.now(), LEASE)]


def test_each_file_is_claimed_by_one_worker():
    store = VectorStoreFactory()
    rows = [file.pk for file in StoreFileFactory.create_batch(40, vector_store=store)]

    won = at_once(*[lambda: claims(rows)] * 6)

    assert sorted(pk for mine in won for pk in mine) == rows
    assert set(VectorStoreFile.objects.values_list("attempts", flat=True)) == {1}


def test_a_cancel_and_a_completion_never_both_win():
    ends = Counter[str]()
    for _ in range(15):
        store_file = StoreFileFactory()
        assert claim(store_file, timezone.now(), LEASE)
        rows = VectorStoreFile.objects.filter(pk=store_file.pk)

        published, cancelled = at_once(
            lambda store_file=store_file: publish(store_file, "Wombats dig."),
            lambda rows=rows: rows.cancel(timezone.now()),
        )

        status = rows.get().status
        ends[status] += 1
        assert published is not bool(cancelled)
        assert status == (Status.COMPLETED if published else Status.CANCELLED)
        assert Chunk.objects.of([store_file]).exists() is published
    assert sum(ends.values()) == 15


def test_cancelling_a_batch_while_it_completes_loses_no_file():
    store = VectorStoreFactory()
    batch = FileBatchFactory(vector_store=store)
    held = StoreFileFactory.create_batch(12, vector_store=store, batch=batch)
    for store_file in held:
        assert claim(store_file, timezone.now(), LEASE)

    *published, cancelled = at_once(
        *(lambda f=store_file: publish(f, "Wombats dig.") for store_file in held),
        lambda: services.cancel_batch(batch=batch, now=timezone.now()),
    )

    counts = FileBatch.objects.with_file_counts(timezone.now()).get().file_counts
    assert counts["completed"] == published.count(True)
    assert counts["cancelled"] == cancelled
    assert counts["completed"] + counts["cancelled"] == counts["total"] == 12


def test_attaching_a_file_many_times_at_once_creates_one_row():
    store = VectorStoreFactory()
    file = FileFactory(project=store.project)
    attachment = Attachment(FILE.parse(file.public_id))

    def attach() -> int:
        fresh = VectorStore.objects.get(pk=store.pk)
        return services.attach_file(store=fresh, attachment=attachment, now=timezone.now()).pk

    rows = at_once(*[attach] * 6)

    assert len(set(rows)) == 1
    assert VectorStoreFile.objects.count() == 1


def test_batches_of_the_same_files_in_different_orders_do_not_deadlock():
    store = VectorStoreFactory()
    files = [file.public_id for file in FileFactory.create_batch(30, project=store.project)]

    def attach(order: list[str]) -> FileBatch:
        return services.attach_batch(
            store=VectorStore.objects.get(pk=store.pk),
            attachments=[Attachment(FILE.parse(file_id)) for file_id in order],
            now=timezone.now(),
        )

    at_once(*(lambda order=order: attach(order) for order in (files, files[::-1]) * 3))

    assert VectorStoreFile.objects.count() == 30
    counts = FileBatch.objects.with_file_counts(timezone.now())
    assert sum(batch.file_counts["total"] for batch in counts) == 30


def test_cancelling_a_batch_does_not_deadlock_with_an_attachment():
    # Both lock several files, each in its own order.
    store = VectorStoreFactory()
    one, two = (
        Attachment(FILE.parse(f.public_id))
        for f in FileFactory.create_batch(2, project=store.project)
    )
    batch = services.attach_batch(store=store, attachments=[one, two], now=timezone.now())
    second_is_locked = Event()

    def attach_in_another_order() -> None:
        with transaction.atomic():
            services.attach_file(store=store, attachment=two, now=timezone.now())
            second_is_locked.set()
            wait_until(is_a_lock_waited_for, seconds=10)
            services.attach_file(store=store, attachment=one, now=timezone.now())

    def cancel() -> int:
        second_is_locked.wait()
        return services.cancel_batch(batch=batch, now=timezone.now())

    _, cancelled = at_once(attach_in_another_order, cancel)

    assert cancelled == 0  # the files no longer belong to a batch
    assert VectorStoreFile.objects.filter(status=Status.IN_PROGRESS).count() == 2


def is_a_lock_waited_for() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


def test_a_file_deleted_while_it_is_attached_is_in_no_store():
    for _ in range(10):
        store = VectorStoreFactory()
        file = FileFactory(project=store.project)

        def attach(store=store, file=file) -> bool:
            try:
                services.attach_file(
                    store=store,
                    attachment=Attachment(FILE.parse(file.public_id)),
                    now=timezone.now(),
                )
            except FileToAttachNotFound:
                return False
            return True

        at_once(attach, lambda file=file: services.delete_file(file=file, now=timezone.now()))

        assert not VectorStoreFile.objects.live().filter(file=file).exists()
