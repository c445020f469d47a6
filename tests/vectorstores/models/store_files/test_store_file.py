"""The state machine: each step is one guarded UPDATE, and its row count says who won."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import StoreFileFactory
from tests.vectorstores.claims import claim
from vectorstores.models import Stage, Status, VectorStoreFile

NOW = datetime(2026, 1, 1, 12, 0, 0, 123456, tzinfo=UTC)
LEASE = timedelta(seconds=60)
LATER = NOW + LEASE
SECOND = timedelta(seconds=1)


@pytest.fixture
def store_file(db) -> VectorStoreFile:
    return StoreFileFactory(due_at=NOW)


def as_kept(store_file: VectorStoreFile) -> VectorStoreFile:
    """Read the row from the database, as another worker does."""
    return VectorStoreFile.objects.get(pk=store_file.pk)


# --- claiming ---------------------------------------------------------------------------------


def test_a_claim_holds_the_file_for_a_lease_and_counts_the_attempt(store_file):
    assert claim(store_file, NOW, LEASE)

    kept = as_kept(store_file)
    assert (kept.due_at, kept.attempts, kept.status) == (LATER, 1, Status.IN_PROGRESS)
    assert kept.claimed_at == NOW
    assert store_file.due_at == LATER


def test_a_file_is_claimed_once(store_file):
    rival = as_kept(store_file)
    assert claim(store_file, NOW, LEASE)

    assert not claim(rival, NOW, LEASE)
    assert not claim(rival, LATER - SECOND, LEASE)
    assert as_kept(store_file).attempts == 1


def test_another_worker_can_claim_a_file_whose_lease_has_run_out(store_file):
    assert claim(store_file, NOW, LEASE)

    assert claim(as_kept(store_file), LATER, LEASE)

    assert as_kept(store_file).attempts == 2


def test_a_file_that_is_not_due_yet_is_not_claimed(store_file):
    assert not claim(store_file, NOW - SECOND, LEASE)


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.FAILED, Status.CANCELLED])
def test_a_settled_file_is_not_claimed(store_file, status):
    VectorStoreFile.objects.update(status=status)

    assert not claim(store_file, NOW, LEASE)


def test_a_removed_file_is_not_claimed(store_file):
    VectorStoreFile.objects.all().remove(NOW)

    assert not claim(store_file, NOW, LEASE)


# --- holding ----------------------------------------------------------------------------------


def test_renewing_keeps_the_claim_for_another_lease(store_file):
    claim(store_file, NOW, LEASE)

    assert store_file.renew(NOW + 30 * SECOND, LEASE)

    assert not claim(as_kept(store_file), LATER, LEASE)
    assert store_file.complete(LATER, usage_bytes=1)


def test_a_claim_lost_to_another_worker_cannot_be_renewed(store_file):
    claim(store_file, NOW, LEASE)
    assert claim(as_kept(store_file), LATER, LEASE)

    assert not store_file.renew(LATER, LEASE)
    assert not store_file.postpone(LATER)


def test_postponing_releases_the_claim_until_a_given_time(store_file):
    claim(store_file, NOW, LEASE)

    assert store_file.postpone(NOW + 5 * SECOND)

    other = as_kept(store_file)
    assert (other.status, other.attempts, other.claimed_at) == (Status.IN_PROGRESS, 1, None)
    assert not claim(other, NOW + 4 * SECOND, LEASE)
    assert claim(other, NOW + 5 * SECOND, LEASE)


def test_a_postponed_file_is_no_longer_held(store_file):
    claim(store_file, NOW, LEASE)
    store_file.postpone(NOW)
    assert claim(as_kept(store_file), NOW, LEASE)

    assert not store_file.complete(NOW, usage_bytes=1)


def test_renewing_saves_progress(store_file):
    claim(store_file, NOW, LEASE)

    store_file.renew(NOW, LEASE, stage=Stage.EMBEDDING, chunks_done=3, chunks_total=4)

    kept = as_kept(store_file)
    assert (kept.stage, kept.chunks_done, kept.chunks_total) == (Stage.EMBEDDING, 3, 4)


def test_a_released_file_starts_over(store_file):
    claim(store_file, NOW, LEASE)
    store_file.renew(NOW, LEASE, stage=Stage.EMBEDDING, chunks_done=3, chunks_total=4)

    store_file.postpone(NOW)

    kept = as_kept(store_file)
    assert (kept.stage, kept.chunks_done, kept.chunks_total) == (Stage.WAITING, 0, 0)


# --- settling ---------------------------------------------------------------------------------


def test_completing_settles_the_file(store_file):
    claim(store_file, NOW, LEASE)

    assert store_file.complete(NOW + SECOND, usage_bytes=7)

    kept = as_kept(store_file)
    assert (kept.status, kept.usage_bytes) == (Status.COMPLETED, 7)
    assert (kept.due_at, kept.settled_at) == (None, NOW + SECOND)


def test_failing_settles_the_file_with_a_reason(store_file):
    claim(store_file, NOW, LEASE)

    assert store_file.fail(NOW + SECOND, code="invalid_file", message="It is empty.")

    kept = as_kept(store_file)
    assert (kept.status, kept.due_at, kept.settled_at) == (Status.FAILED, None, NOW + SECOND)
    assert (kept.last_error_code, kept.last_error_message) == ("invalid_file", "It is empty.")


@pytest.mark.parametrize("first", ["complete", "fail"])
@pytest.mark.parametrize("second", ["complete", "fail"])
def test_a_file_settles_once(store_file, first, second):
    steps = {
        "complete": lambda: store_file.complete(NOW, usage_bytes=1),
        "fail": lambda: store_file.fail(NOW, code="server_error", message="x"),
    }
    claim(store_file, NOW, LEASE)

    assert steps[first]()
    before = as_kept(store_file).settled_at

    assert not steps[second]()
    assert as_kept(store_file).settled_at == before


@pytest.mark.parametrize("step", ["complete", "fail", "renew", "postpone"])
def test_a_worker_that_lost_its_claim_changes_nothing(store_file, step):
    # It was silent for longer than its lease, and another worker has claimed the file.
    slow, rival = store_file, as_kept(store_file)
    claim(slow, NOW, LEASE)
    assert claim(rival, LATER, LEASE)

    lost = {
        "complete": lambda: slow.complete(LATER, usage_bytes=1),
        "fail": lambda: slow.fail(LATER, code="server_error", message="x"),
        "renew": lambda: slow.renew(LATER, LEASE),
        "postpone": lambda: slow.postpone(LATER),
    }[step]()

    assert not lost
    assert rival.complete(LATER, usage_bytes=2)
    assert as_kept(store_file).usage_bytes == 2


def test_a_worker_whose_lease_has_run_out_can_still_complete_an_unclaimed_file(store_file):
    claim(store_file, NOW, LEASE)

    assert store_file.complete(LATER + LEASE, usage_bytes=1)


# --- cancelling, removing, requeueing ----------------------------------------------------------


@pytest.mark.parametrize("step", ["complete", "fail", "renew", "postpone"])
def test_cancelling_wins_over_a_worker_that_has_not_finished(store_file, step):
    claim(store_file, NOW, LEASE)

    assert VectorStoreFile.objects.filter(pk=store_file.pk).cancel(NOW + SECOND) == 1

    assert not {
        "complete": lambda: store_file.complete(NOW, usage_bytes=1),
        "fail": lambda: store_file.fail(NOW, code="server_error", message="x"),
        "renew": lambda: store_file.renew(NOW, LEASE),
        "postpone": lambda: store_file.postpone(NOW),
    }[step]()
    kept = as_kept(store_file)
    assert (kept.status, kept.due_at) == (Status.CANCELLED, None)
    assert kept.settled_at == NOW + SECOND


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.FAILED, Status.CANCELLED])
def test_cancelling_does_not_change_a_settled_file(store_file, status):
    VectorStoreFile.objects.update(status=status)

    assert VectorStoreFile.objects.all().cancel(NOW) == 0
    assert as_kept(store_file).status == status


@pytest.mark.parametrize("step", ["complete", "fail", "renew", "postpone"])
def test_removing_wins_over_a_worker_that_has_not_finished(store_file, step):
    claim(store_file, NOW, LEASE)

    VectorStoreFile.objects.all().remove(NOW)

    assert not {
        "complete": lambda: store_file.complete(NOW, usage_bytes=1),
        "fail": lambda: store_file.fail(NOW, code="server_error", message="x"),
        "renew": lambda: store_file.renew(NOW, LEASE),
        "postpone": lambda: store_file.postpone(NOW),
    }[step]()
    assert as_kept(store_file).deleted_at == NOW


def test_removing_twice_keeps_the_first_time(store_file):
    assert VectorStoreFile.objects.all().remove(NOW) == 1

    assert VectorStoreFile.objects.all().remove(LATER) == 0
    assert as_kept(store_file).deleted_at == NOW


@pytest.mark.parametrize("status", Status.values)
def test_requeueing_starts_over(store_file, status):
    VectorStoreFile.objects.update(
        status=status,
        attempts=5,
        claimed_at=NOW,
        stage=Stage.EMBEDDING,
        chunks_done=3,
        chunks_total=4,
        settled_at=NOW,
        last_error_code="server_error",
        last_error_message="x",
        due_at=None,
    )

    assert VectorStoreFile.objects.all().requeue(LATER) == 1

    kept = as_kept(store_file)
    assert (kept.status, kept.attempts, kept.due_at) == (Status.IN_PROGRESS, 0, LATER)
    assert (kept.claimed_at, kept.settled_at) == (None, None)
    assert (kept.stage, kept.chunks_done, kept.chunks_total) == (Stage.WAITING, 0, 0)
    assert (kept.last_error_code, kept.last_error_message) == ("", "")
    assert claim(kept, LATER, LEASE)


def test_requeueing_takes_the_file_from_a_worker(store_file):
    claim(store_file, NOW, LEASE)

    VectorStoreFile.objects.all().requeue(NOW + SECOND)

    assert not store_file.complete(NOW + 2 * SECOND, usage_bytes=1)
