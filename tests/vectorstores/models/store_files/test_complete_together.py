"""Completing files together: in one statement, and only those that are still held."""

from datetime import timedelta
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories import VectorStoreFactory
from tests.vectorstores.models.store_files.claiming import LEASE, NOW, SECOND, claimed, due
from tests.vectorstores.threads import at_once
from vectorstores.models import Stage, Status, VectorStoreFile
from vectorstores.models.store_files.queue import complete_together

FINGERPRINT = UUID(int=7)
WARNINGS = [{"code": "pages_not_read", "message": "1 of 2 pages holds a picture"}]


def held(count: int) -> list[VectorStoreFile]:
    due(VectorStoreFactory(), count)
    return claimed(most_files=count)


def together(files: list[VectorStoreFile]) -> set[int]:
    facts: dict[str, Any] = {
        "usage_bytes": 7,
        "chunks_done": 3,
        "chunks_total": 3,
        "fingerprint": FINGERPRINT,
        "warnings": WARNINGS,
    }
    return complete_together([(file, facts) for file in files], NOW + SECOND)


def statuses() -> dict[int, str]:
    return dict(VectorStoreFile.objects.values_list("pk", "status"))


def test_completing_together_has_the_effect_of_completing_alone(db):
    one, other = held(2)
    one.renew(NOW, LEASE, stage=Stage.EMBEDDING, chunks_done=1, chunks_total=2)
    other.renew(NOW, LEASE, stage=Stage.EMBEDDING, chunks_done=1, chunks_total=2)

    assert together([one]) == {one.pk}

    facts: dict[str, Any] = {
        "usage_bytes": 7,
        "chunks_done": 3,
        "chunks_total": 3,
        "fingerprint": FINGERPRINT,
        "warnings": WARNINGS,
    }
    assert other.complete(NOW + SECOND, **facts)
    theirs = {"id", "file_id", "created_at"}
    kept, like = VectorStoreFile.objects.order_by("pk").values()
    assert {k: v for k, v in kept.items() if k not in theirs} == {
        k: v for k, v in like.items() if k not in theirs
    }
    assert (kept["status"], kept["settled_at"]) == (Status.COMPLETED, NOW + SECOND)


def test_many_files_are_completed_by_one_statement(db):
    files = held(5)
    facts = [
        {
            "usage_bytes": n,
            "chunks_total": 10 + n,
            "fingerprint": UUID(int=n),
            "warnings": WARNINGS if n == 3 else None,
        }
        for n in range(5)
    ]

    with CaptureQueriesContext(connection) as queries:
        completed = complete_together(list(zip(files, facts, strict=True)), NOW)

    assert len(queries) == 1
    assert completed == {file.pk for file in files}
    rows = VectorStoreFile.objects.order_by("pk")
    assert list(rows.values(*facts[0])) == facts


@pytest.mark.parametrize(
    "lose",
    [
        lambda rows: rows.cancel(NOW),
        lambda rows: rows.remove(NOW),
        lambda rows: rows.requeue(NOW),
        lambda rows: rows.update(due_at=NOW + 2 * LEASE),  # another worker has claimed it
        lambda rows: rows.update(due_at=NOW + LEASE + timedelta(microseconds=1)),
        lambda rows: rows.update(status=Status.FAILED, due_at=None),
        lambda rows: rows.delete(),
    ],
    ids=["cancelled", "removed", "requeued", "taken over", "a moment later", "settled", "gone"],
)
def test_a_file_that_is_no_longer_held_is_not_completed(db, lose):
    lost, kept = held(2)
    rows = VectorStoreFile.objects.filter(pk=lost.pk)
    lose(rows)
    before = list(rows.values())

    assert together([lost, kept]) == {kept.pk}

    assert list(rows.values()) == before
    assert statuses()[kept.pk] == Status.COMPLETED


def test_nothing_is_completed_if_all_claims_are_lost(db):
    files = held(2)
    VectorStoreFile.objects.all().cancel(NOW)

    assert together(files) == set()


def test_a_file_completes_once(db):
    files = held(2)

    assert together(files) == {file.pk for file in files}
    assert together(files) == set()


@pytest.mark.django_db(transaction=True)
def test_a_locked_row_is_skipped_without_waiting():
    locked, free = held(2)
    is_held, done = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            list(VectorStoreFile.objects.select_for_update().filter(pk=locked.pk))
            is_held.set()
            done.wait(10)

    def complete() -> set[int]:
        is_held.wait(10)
        try:
            return together([locked, free])
        finally:
            done.set()

    _, completed = at_once(hold, complete)

    assert completed == {free.pk}
    assert together([locked]) == {locked.pk}
