"""Leases on files and re-embeddings, each changed by one guarded UPDATE."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from tests.factories import ReembeddingFactory, StoreFileFactory
from vectorstores.models import IndexBuild, Reembedding, VectorStoreFile
from vectorstores.models.leases import LeasedModel
from vectorstores.models.reembeddings import State

NOW = datetime(2026, 1, 1, 12, 0, 0, 123456, tzinfo=UTC)
LEASE = timedelta(seconds=60)


@pytest.fixture(params=[StoreFileFactory, ReembeddingFactory], ids=["a file", "a change of model"])
def row(request: pytest.FixtureRequest, db: None) -> LeasedModel:
    """Create a row that was claimed at NOW, as its worker sees it."""
    return request.param(due_at=NOW + LEASE, claimed_at=NOW)


def as_kept(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def lose(row: Any) -> None:
    """Let another worker claim the row."""
    type(row).objects.filter(pk=row.pk).update(due_at=NOW + 2 * LEASE)


def test_a_claimed_row_is_due_when_its_lease_has_run_out(row):
    due = type(row).objects.due

    assert list(due(NOW + LEASE - timedelta(microseconds=1))) == []
    assert list(due(NOW + LEASE)) == [row]


def test_a_renewed_lease_starts_over(row):
    assert row.renew(NOW + LEASE / 2, LEASE)

    kept = as_kept(row)
    assert kept.due_at == row.due_at == NOW + LEASE / 2 + LEASE
    assert kept.claimed_at == NOW


def test_a_postponed_row_has_no_claim_and_is_due_later(row):
    assert row.postpone(NOW + 5 * LEASE)

    kept = as_kept(row)
    assert (kept.due_at, kept.claimed_at) == (NOW + 5 * LEASE, None)
    assert (row.due_at, row.claimed_at) == (NOW + 5 * LEASE, None)


@pytest.mark.parametrize(
    "step",
    [
        lambda row: row.renew(NOW, LEASE),
        lambda row: row.postpone(NOW),
        lambda row: row.hold(),
    ],
    ids=["renew", "postpone", "hold"],
)
def test_a_lost_claim_changes_neither_the_row_nor_the_object(row, step):
    lose(row)
    kept = as_kept(row)

    with transaction.atomic():
        assert not step(row)

    assert row.due_at == NOW + LEASE
    assert as_kept(row).due_at == kept.due_at == NOW + 2 * LEASE
    assert as_kept(row).claimed_at == NOW


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("factory", [StoreFileFactory, ReembeddingFactory])
def test_others_skip_a_held_row_until_the_transaction_ends(factory):
    row = factory(due_at=NOW, claimed_at=NOW)
    lock = f"SELECT id FROM {row._meta.db_table} WHERE id = %s FOR NO KEY UPDATE SKIP LOCKED"

    with psycopg.connect(**connection.get_connection_params()) as other:
        with transaction.atomic():
            assert row.hold()
            assert other.execute(lock, [row.pk]).fetchall() == []

        assert other.execute(lock, [row.pk]).fetchall() == [(row.pk,)]


def test_settling_a_file_leaves_the_object_as_it_was_read(db):
    # Because later writes of the transaction depend on the old chunks.
    file = StoreFileFactory(due_at=NOW, usage_bytes=7)

    assert file.complete(NOW, usage_bytes=9)

    assert (file.due_at, file.usage_bytes) == (NOW, 7)
    assert as_kept(file).usage_bytes == 9


BAD, REPLACED = "answered: \0 \ud83d", "answered: \ufffd \ufffd"


@pytest.mark.parametrize("state", [State.FAILED, State.CANCELLED])
def test_a_re_embedding_can_end_with_a_reason_of_any_characters(db, state):
    change = ReembeddingFactory(due_at=NOW)

    assert change.end(NOW, state, BAD)

    assert as_kept(change).error == REPLACED


def test_a_re_embedding_can_be_postponed_or_cancelled_with_a_reason_of_any_characters(db):
    change = ReembeddingFactory(due_at=NOW)

    assert change.postpone(NOW + LEASE, BAD)
    assert as_kept(change).error == REPLACED

    assert Reembedding.objects.cancel(NOW, BAD) == 1
    assert as_kept(change).error == REPLACED


def test_a_file_can_fail_with_a_reason_of_any_characters(db):
    failed, expired = StoreFileFactory.create_batch(2, due_at=NOW)

    assert failed.fail(NOW, code="server_error", message=BAD)
    assert VectorStoreFile.objects.expire(NOW, code="server_error", message=BAD) == 1

    assert as_kept(failed).last_error_message == REPLACED
    assert as_kept(expired).last_error_message == REPLACED


def test_an_index_build_can_fail_with_a_reason_of_any_characters(store):
    build = IndexBuild(
        vector_store=store, kind="vector", generation=1, dimensions=2, chunks=3, error=BAD
    )
    build.save()

    assert as_kept(build).error == REPLACED
    assert build.fail(NOW, BAD, wait=LEASE)
    assert as_kept(build).error == REPLACED


def test_an_index_build_needs_no_lease(store):
    wanted = IndexBuild.objects.want(
        kind="vector",
        store_id=store.pk,
        generation=1,
        dimensions=2,
        chunks=3,
        rebuild=False,
        now=NOW,
    )
    IndexBuild.objects.update(due_at=NOW + LEASE)

    assert wanted.begin(NOW, chunks=4)
    assert IndexBuild.objects.get().chunks == wanted.chunks == 4
