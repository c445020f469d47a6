from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import FileFactory, StoreFileFactory, VectorStoreFactory
from tests.vectorstores.claims import claim
from tests.vectorstores.published import publish, searchable
from tests.vectorstores.threads import at_once
from vectorstores import services
from vectorstores.errors import FileToAttachNotFound
from vectorstores.ids import FILE
from vectorstores.models import Status, VectorStore, VectorStoreFile
from vectorstores.services import Attachment


def test_a_store_records_the_default_embedding_model(project, settings):
    settings.EMBEDDING_MODEL, settings.EMBEDDING_DIMENSIONS = "a-model", 42

    store = services.create_store(
        project=project, attachments=[], expires_after_days=None, now=timezone.now()
    )

    assert (store.embedding_model, store.embedding_dimensions) == ("a-model", 42)


def test_a_store_can_use_another_configured_model(project, settings):
    settings.EMBEDDING_MODELS = {"a-model": {"dimensions": 42}}

    store = services.create_store(
        project=project,
        attachments=[],
        expires_after_days=None,
        now=timezone.now(),
        embedding_model="a-model",
    )

    assert (store.embedding_model, store.embedding_dimensions) == ("a-model", 42)


def test_expiry_counts_from_the_creation_of_a_store(project):
    now = timezone.now()

    store = services.create_store(project=project, attachments=[], expires_after_days=7, now=now)

    assert store.created_at == store.last_active_at == now
    assert store.expires_at == now + timedelta(days=7)


def test_a_store_is_created_with_all_its_files_or_not_at_all(project):
    known = Attachment(FILE.parse(FileFactory(project=project).public_id))
    unknown = Attachment(FILE.parse(FileFactory().public_id))

    with pytest.raises(FileToAttachNotFound):
        services.create_store(
            project=project,
            attachments=[known, unknown],
            expires_after_days=None,
            now=timezone.now(),
        )

    assert not VectorStore.objects.exists()
    assert not VectorStoreFile.objects.exists()


def test_deleting_twice_keeps_the_first_time(project):
    store = VectorStoreFactory(project=project)
    first = timezone.now()

    services.delete_store(store=store, now=first)
    services.delete_store(store=store, now=first + timedelta(hours=1))

    store.refresh_from_db()
    assert store.deleted_at == first


def test_files_of_a_deleted_store_are_no_longer_ingested(project):
    store = VectorStoreFactory(project=project)
    held, waiting = StoreFileFactory.create_batch(2, vector_store=store)
    done = searchable(store, "Wombats dig.")
    elsewhere = StoreFileFactory(vector_store__project=project)
    assert claim(held, timezone.now(), timedelta(minutes=1))

    services.delete_store(store=store, now=timezone.now())

    assert not publish(held, "Wombats dig.")
    rows = VectorStoreFile.objects.in_bulk()
    assert [rows[file.pk].status for file in (held, waiting, done, elsewhere)] == [
        Status.CANCELLED,
        Status.CANCELLED,
        Status.COMPLETED,
        Status.IN_PROGRESS,
    ]
    assert (rows[held.pk].due_at, rows[held.pk].claimed_at) == (None, None)


@pytest.mark.django_db(transaction=True)
def test_simultaneous_changes_do_not_undo_each_other():
    store = VectorStoreFactory(name="old", metadata={})
    now = timezone.now()

    for _ in range(10):
        at_once(
            lambda: services.modify_store(store=store, now=now, name="new"),
            lambda: services.modify_store(store=store, now=now, metadata={"a": "b"}),
        )

        store.refresh_from_db()
        assert (store.name, store.metadata) == ("new", {"a": "b"})
        VectorStore.objects.update(name="old", metadata={})
