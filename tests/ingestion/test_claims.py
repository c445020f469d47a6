"""Claims are renewed while the work goes on, and their loss is noticed. Real threads, real rows."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import InterfaceError
from django.utils import timezone

from ingestion.claims import ClaimLost, Stopping, kept
from ingestion.work import Work
from tests.factories import StoreFileFactory
from tests.live import wait_until
from tests.vectorstores.claims import claim
from vectorstores.models import Stage, Status, VectorStoreFile

pytestmark = pytest.mark.django_db(transaction=True)

LEASE = timedelta(seconds=0.6)


@pytest.fixture
def works() -> Iterator[list[Work]]:
    """Two files in a worker's hands."""
    files = StoreFileFactory.create_batch(2)
    assert all(claim(file, timezone.now(), LEASE) for file in files)
    made = [Work(file, fingerprint=None) for file in files]
    yield made
    for work in made:
        work.close()


def row(work: Work) -> VectorStoreFile:
    return VectorStoreFile.objects.get(pk=work.store_file.pk)


def test_claims_outlive_their_first_lease(works):
    with kept(works, LEASE) as claims:
        time.sleep(1.0)
        stolen = [claim(row(work), timezone.now(), LEASE) for work in works]
        claims.check()

    assert stolen == [False, False]
    assert all(work.store_file.complete(timezone.now(), usage_bytes=1) for work in works)


def test_a_cancelled_file_is_noticed_when_it_is_the_last(works):
    one, other = works

    with kept(works, LEASE) as claims:
        VectorStoreFile.objects.filter(pk=one.store_file.pk).cancel(timezone.now())
        wait_until(lambda: not one.open, seconds=5)
        claims.check()  # the other is still worth it
        VectorStoreFile.objects.filter(pk=other.store_file.pk).cancel(timezone.now())
        wait_until(lambda: not other.open, seconds=5)

        with pytest.raises(ClaimLost):
            claims.check()


def test_renewing_ends_with_the_block(works):
    with kept(works, LEASE):
        pass

    time.sleep(0.7)

    assert all(claim(row(work), timezone.now(), LEASE) for work in works)


def test_a_file_that_has_come_to_its_end_is_left_alone(works):
    one, other = works
    one.store_file.complete(timezone.now(), usage_bytes=1)
    one.open = False

    with kept(works, LEASE):
        time.sleep(0.5)

    assert row(one).status == Status.COMPLETED
    assert other.open


def test_progress_is_written_down_soon(works, monkeypatch):
    monkeypatch.setattr("ingestion.claims._TICK", 0.05)
    work, other = works

    with kept(works, timedelta(minutes=1)):
        work.stage = Stage.EMBEDDING
        work.chunks.count, work.vectors.count = 8, 3
        wait_until(lambda: row(work).chunks_done == 3, seconds=5)

    kept_row = row(work)
    assert (kept_row.stage, kept_row.chunks_done, kept_row.chunks_total) == ("embedding", 3, 8)
    assert row(other).stage == Stage.PARSING


def test_what_has_not_changed_is_not_written_again(works, monkeypatch):
    monkeypatch.setattr("ingestion.claims._TICK", 0.05)
    renewed = []
    monkeypatch.setattr(VectorStoreFile, "renew", lambda *_, **facts: renewed.append(facts) or True)

    with kept(works, timedelta(minutes=1)):
        wait_until(lambda: len(renewed) == 2, seconds=5)
        time.sleep(0.5)

    assert [facts["stage"] for facts in renewed] == [Stage.PARSING] * 2


def test_what_is_soon_out_of_our_hands_is_written_at_once(works):
    work, _ = works
    with kept(works, timedelta(minutes=1)) as claims:
        work.stage = Stage.PUBLISHING
        claims.tell(work)

    assert row(work).stage == Stage.PUBLISHING


def test_a_renewal_that_fails_is_tried_again(works, monkeypatch, caplog):
    renew = failing(VectorStoreFile.renew, times=2)
    monkeypatch.setattr(VectorStoreFile, "renew", renew)
    monkeypatch.setattr("ingestion.claims._TICK", 0.05)

    with kept(works, LEASE) as claims:
        time.sleep(1.0)
        claims.check()

    assert "could not be renewed: the connection is closed" in caplog.text
    assert all(row(work).due_at > timezone.now() for work in works)


def failing(step: Callable[..., bool], *, times: int) -> Callable[..., bool]:
    """`step`, on a connection that is lost at first."""
    left = [InterfaceError("the connection is closed")] * times

    def renew(*args: object, **options: object) -> bool:
        if left:
            raise left.pop()
        return step(*args, **options)

    return renew


@pytest.mark.parametrize(("drain", "stops"), [(0, True), (5, True), (60, False)])
def test_a_worker_that_was_asked_to_stop_goes_on_for_a_while(
    works, asked_to_stop, settings, drain, stops
):
    settings.INGEST_DRAIN = timedelta(seconds=drain)

    with kept(works, LEASE) as claims:
        claims.check()
        asked_to_stop(time.time() - 10)

        if stops:
            with pytest.raises(Stopping):
                claims.check()
        else:
            claims.check()
