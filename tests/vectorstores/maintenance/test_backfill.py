"""Renewing terms of an earlier version, also while the file changes."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pgvector import SparseVector

from tests.factories import VectorStoreFactory
from tests.vectorstores.claims import claim
from tests.vectorstores.models.chunks.test_terms import assert_kept
from tests.vectorstores.published import publish, searchable
from tests.vectorstores.threads import at_once
from vectorstores import dispatch, tasks
from vectorstores.bm25 import DIMENSIONS, VERSION, document_terms
from vectorstores.maintenance import backfill
from vectorstores.maintenance.backfill import make_terms
from vectorstores.models import ChunkTerms, Lexicon, Status, VectorStore, VectorStoreFile
from vectorstores.models.chunks import delete_chunks

MINUTE = timedelta(minutes=1)


EARLIER = VERSION - 1
OLD = ["what the chunks had"]


def with_old_terms(store: VectorStore, *texts: str, **fields: object) -> VectorStoreFile:
    """Create a file with the terms of an earlier version."""
    store_file = searchable(store, *texts)
    ChunkTerms.objects.of([store_file]).update(terms=[7], weights=SparseVector({7: 1}, DIMENSIONS))
    changes = {"terms_version": EARLIER, **fields}
    VectorStoreFile.objects.filter(pk=store_file.pk).update(**changes)
    store_file.refresh_from_db()
    return store_file


def version(store_file: VectorStoreFile) -> int:
    return VectorStoreFile.objects.get(pk=store_file.pk).terms_version


def test_terms_are_made_from_the_stored_texts(store):
    store_file = with_old_terms(store, "wombat", "burrow", "")

    assert make_terms(store_file) == 3

    assert_kept(store_file, ["wombat", "burrow", ""])
    store_file.refresh_from_db()
    assert store_file.terms_version == VERSION
    assert store_file.status == Status.COMPLETED


def test_all_terms_of_an_earlier_version_are_replaced(store):
    store_file = with_old_terms(store, "wombat")
    beside = searchable(store, "beside")
    ChunkTerms.objects.of([beside]).update(store_file_id=store_file.pk, position=9)

    assert make_terms(store_file) == 1

    assert_kept(store_file, ["wombat"])


def test_a_file_of_many_chunks_is_read_in_pages(store, monkeypatch):
    monkeypatch.setattr(backfill, "PAGE", 2)
    monkeypatch.setattr(backfill, "IN_MEMORY", 100)
    monkeypatch.setattr(backfill, "BLOCK", 7)
    texts = [f"wombat {number}" for number in range(5)]
    store_file = with_old_terms(store, *texts)

    assert make_terms(store_file) == 5

    assert_kept(store_file, texts)


def test_a_file_that_is_being_ingested_again_keeps_its_progress(store):
    store_file = with_old_terms(store, "wombat", "burrow")
    VectorStoreFile.objects.all().requeue(timezone.now())
    VectorStoreFile.objects.update(chunks_done=3, chunks_total=9)
    store_file.refresh_from_db()

    assert make_terms(store_file) == 2

    assert_kept(store_file, ["wombat", "burrow"])
    store_file.refresh_from_db()
    assert (store_file.chunks_done, store_file.chunks_total) == (3, 9)


def replaced(store_file: VectorStoreFile) -> None:
    VectorStoreFile.objects.filter(pk=store_file.pk).requeue(timezone.now())
    store_file.refresh_from_db()
    assert claim(store_file, timezone.now(), MINUTE)
    assert publish(store_file, "new")


def purged(store_file: VectorStoreFile) -> None:
    delete_chunks([store_file])
    VectorStoreFile.objects.filter(pk=store_file.pk).update(usage_bytes=0, terms_version=0)


def removed(store_file: VectorStoreFile) -> None:
    VectorStoreFile.objects.filter(pk=store_file.pk).remove(timezone.now())


@pytest.mark.parametrize(
    ("happens", "texts", "left"),
    [
        (replaced, ["new"], VERSION),
        (purged, [], 0),
        (removed, OLD, EARLIER),
        (make_terms, ["wombat", "burrow"], VERSION),
    ],
    ids=["replaced", "purged", "removed", "made by another"],
)
def test_terms_are_not_written_if_the_file_changes_meanwhile(
    store, monkeypatch, happens, texts, left
):
    store_file = with_old_terms(store, "wombat", "burrow")

    def interrupted(text: str) -> object:
        monkeypatch.setattr(backfill, "document_terms", document_terms)
        happens(VectorStoreFile.objects.get(pk=store_file.pk))
        return document_terms(text)

    monkeypatch.setattr(backfill, "document_terms", interrupted)

    assert make_terms(store_file) is None

    if texts is OLD:
        assert [row.terms for row in ChunkTerms.objects.of([store_file])] == [[7], [7]]
    else:
        assert_kept(store_file, texts)
    assert version(store_file) == left


@pytest.mark.django_db(transaction=True)
def test_renewing_terms_while_publishing_ends_with_the_terms_of_the_new_text():
    store = VectorStoreFactory()
    for number in range(10):
        store_file = with_old_terms(store, *[f"wombat {number}"] * 20)
        VectorStoreFile.objects.filter(pk=store_file.pk).requeue(timezone.now())
        store_file.refresh_from_db()
        held = VectorStoreFile.objects.get(pk=store_file.pk)
        assert claim(held, timezone.now(), MINUTE)

        _, published, _ = at_once(
            lambda file=store_file: make_terms(file),
            lambda file=held, number=number: publish(file, f"new {number}"),
            lambda file=store_file: make_terms(file),
        )

        assert published
        assert version(store_file) == VERSION
        assert_kept(store_file, [f"new {number}"])


def test_only_files_with_terms_of_an_earlier_version_get_new_ones(store):
    old = with_old_terms(store, "old")
    searchable(store, "new")
    with_old_terms(store, "removed", deleted_at=timezone.now())
    with_old_terms(store, "failed", status=Status.FAILED)
    with_old_terms(store, "purged", usage_bytes=0)

    assert list(VectorStoreFile.objects.terms_to_make()) == [old]
    assert tasks.make_terms() == 1
    assert tasks.make_terms() == 0

    assert_kept(old, ["old"])


def test_each_run_renews_a_limited_number_of_chunks(store, monkeypatch):
    monkeypatch.setattr(backfill, "MOST_CHUNKS", 3)
    files = [with_old_terms(store, "a", "b") for _ in range(4)]

    assert [tasks.make_terms() for _ in range(3)] == [4, 4, 0]

    for file in files:
        assert_kept(file, ["a", "b"])


def test_a_store_with_renewed_terms_is_reviewed(store, monkeypatch):
    reviewed = []
    monkeypatch.setattr(dispatch, "changed", lambda stores: reviewed.append(set(stores)))
    with_old_terms(store, "a")

    tasks.make_terms()

    assert reviewed == [{store.pk}]


def test_the_task_deletes_the_lexicon_of_the_old_terms(store):
    with_old_terms(store, "a")
    other = VectorStoreFactory()
    for each in (store, other):
        Lexicon.objects.refresh(each.pk, timezone.now())

    tasks.make_terms()

    assert Lexicon.objects.get().pk == other.pk


def test_the_lexicon_is_deleted_together_with_the_old_terms(store):
    store_file = with_old_terms(store, "a")
    Lexicon.objects.refresh(store.pk, timezone.now())

    make_terms(store_file)

    assert not Lexicon.objects.exists()
