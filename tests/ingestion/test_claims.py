"""Claims are renewed while the work goes on, and their loss is noticed. Real threads, real rows."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import InterfaceError
from django.utils import timezone

from ingestion.claims import Claim, ClaimLost, check_open, renewing, settling
from ingestion.shutdown import Stopping
from tests.factories import StoreFileFactory
from tests.live import wait_until
from tests.vectorstores.claims import claim
from vectorstores.models import Stage, Status, VectorStoreFile

pytestmark = pytest.mark.django_db(transaction=True)

LEASE = timedelta(seconds=0.6)


@pytest.fixture
def claims() -> Iterator[list[Claim]]:
    """Claim two files."""
    files = StoreFileFactory.create_batch(2)
    assert all(claim(file, timezone.now(), LEASE) for file in files)
    made = [Claim(file, fingerprint=None) for file in files]
    yield made
    for each in made:
        each.close()


def row(claim: Claim) -> VectorStoreFile:
    return VectorStoreFile.objects.get(pk=claim.store_file.pk)


def test_claims_outlive_their_first_lease(claims):
    with renewing(claims, LEASE):
        time.sleep(1.0)
        stolen = [claim(row(each), timezone.now(), LEASE) for each in claims]
        check_open(claims)

    assert stolen == [False, False]
    assert all(each.store_file.complete(timezone.now(), usage_bytes=1) for each in claims)


def test_a_cancelled_file_is_noticed_when_it_is_the_last(claims):
    one, other = claims

    with renewing(claims, LEASE):
        VectorStoreFile.objects.filter(pk=one.store_file.pk).cancel(timezone.now())
        wait_until(lambda: not one.is_open, seconds=5)
        check_open(claims)  # the other is still worth it
        VectorStoreFile.objects.filter(pk=other.store_file.pk).cancel(timezone.now())
        wait_until(lambda: not other.is_open, seconds=5)

        with pytest.raises(ClaimLost):
            check_open(claims)


def test_renewing_ends_with_the_block(claims):
    with renewing(claims, LEASE):
        pass

    time.sleep(0.7)

    assert all(claim(row(each), timezone.now(), LEASE) for each in claims)


def test_a_finished_file_is_not_renewed(claims):
    one, other = claims
    with settling([one]):
        assert one.complete(timezone.now(), usage_bytes=1)

    with renewing(claims, LEASE):
        time.sleep(0.5)

    assert row(one).status == Status.COMPLETED
    assert other.is_open


def test_progress_is_saved_soon(claims, monkeypatch):
    monkeypatch.setattr("ingestion.claims._TICK", 0.05)
    one, other = claims

    with renewing(claims, timedelta(minutes=1)):
        one.stage = Stage.EMBEDDING
        one.chunks.count, one.vectors.count = 8, 3
        wait_until(lambda: row(one).chunks_done == 3, seconds=5)

    kept_row = row(one)
    assert (kept_row.stage, kept_row.chunks_done, kept_row.chunks_total) == ("embedding", 3, 8)
    assert row(other).stage == Stage.PARSING


def test_unchanged_progress_is_not_saved_again(claims, monkeypatch):
    monkeypatch.setattr("ingestion.claims._TICK", 0.05)
    renewed = []
    monkeypatch.setattr(VectorStoreFile, "renew", lambda *_, **facts: renewed.append(facts) or True)

    with renewing(claims, timedelta(minutes=1)):
        wait_until(lambda: len(renewed) == 2, seconds=5)
        time.sleep(0.5)

    assert [facts["stage"] for facts in renewed] == [Stage.PARSING] * 2


def test_a_claim_about_to_expire_is_renewed_at_once(claims):
    one, _ = claims
    with renewing(claims, timedelta(minutes=1)):
        one.stage = Stage.PUBLISHING
        one.renew(timedelta(minutes=1))

    assert row(one).stage == Stage.PUBLISHING


def test_a_renewal_that_fails_is_tried_again(claims, monkeypatch, caplog):
    renew = failing(VectorStoreFile.renew, times=2)
    monkeypatch.setattr(VectorStoreFile, "renew", renew)
    monkeypatch.setattr("ingestion.claims._TICK", 0.05)

    with renewing(claims, LEASE):
        time.sleep(1.0)
        check_open(claims)

    assert "could not be renewed: the connection is closed" in caplog.text
    assert all(row(each).due_at > timezone.now() for each in claims)


def failing(step: Callable[..., bool], *, times: int) -> Callable[..., bool]:
    """Wrap `step` so that its first calls fail on a lost connection."""
    left = [InterfaceError("the connection is closed")] * times

    def renew(*args: object, **options: object) -> bool:
        if left:
            raise left.pop()
        return step(*args, **options)

    return renew


@pytest.mark.parametrize(("drain", "stops"), [(0, True), (5, True), (60, False)])
def test_a_worker_that_was_asked_to_stop_goes_on_for_a_while(
    claims, asked_to_stop, settings, drain, stops
):
    settings.INGEST_DRAIN = timedelta(seconds=drain)

    with renewing(claims, LEASE):
        check_open(claims)
        asked_to_stop(time.time() - 10)

        if stops:
            with pytest.raises(Stopping):
                check_open(claims)
        else:
            check_open(claims)
