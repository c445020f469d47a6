from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.factories import FileFactory, UploadFactory, UploadPartFactory
from vectorstores.errors import UploadNotPending
from vectorstores.models import Upload, UploadPart

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


@pytest.fixture
def upload(db: None) -> Upload:
    return UploadFactory(created_at=NOW)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "pending"),
        ({"expires_at": NOW + SECOND}, "pending"),
        ({"expires_at": NOW}, "expired"),
        ({"cancelled_at": NOW}, "cancelled"),
        ({"cancelled_at": NOW, "expires_at": NOW}, "cancelled"),
        ({"completed_at": NOW}, "completed"),
        ({"completed_at": NOW, "expires_at": NOW}, "completed"),
    ],
)
def test_the_status_follows_from_events_and_the_clock(upload, changes, status):
    Upload.objects.update(**changes)
    upload.refresh_from_db()

    assert upload.status(NOW) == status
    assert Upload.objects.pending(NOW).exists() is (status == "pending")
    assert Upload.objects.closed(NOW).exists() is (status != "pending")


def test_the_check_for_pending_uploads_refuses_others(upload):
    upload.check_pending(NOW + HOUR - SECOND)

    with pytest.raises(UploadNotPending, match="has expired"):
        upload.check_pending(NOW + HOUR)


def test_a_cancelled_upload_cannot_end_again(upload):
    file = FileFactory()

    assert upload.cancel(NOW)
    assert not upload.cancel(NOW)
    assert not upload.complete(NOW, asked_at=NOW, file=file, parts=[], md5="")


def test_a_completed_upload_cannot_end_again(upload):
    file = FileFactory()

    assert upload.complete(NOW, asked_at=NOW, file=file, parts=[], md5="")
    assert not upload.complete(NOW, asked_at=NOW, file=file, parts=[], md5="")
    assert not upload.cancel(NOW)


def test_an_expired_upload_cannot_be_cancelled_or_completed(upload):
    late = NOW + HOUR

    assert not upload.cancel(late)
    assert not upload.complete(late, asked_at=late, file=FileFactory(), parts=[], md5="")


def test_an_upload_that_expires_during_the_request_can_be_completed(upload):
    asked_at, late = NOW + HOUR - SECOND, NOW + HOUR

    assert upload.complete(late, asked_at=asked_at, file=FileFactory(), parts=[], md5="")
    assert Upload.objects.get().completed_at == late


def test_uploads_are_remembered_until_they_can_be_purged(upload):
    for since, is_remembered in [(NOW + HOUR - SECOND, True), (NOW + HOUR, False)]:
        assert Upload.objects.remembered(since).exists() is is_remembered
        assert Upload.objects.expired(since).exists() is not is_remembered


def test_a_pending_upload_was_not_completed_with_no_parts(upload):
    assert not upload.was_completed_with([], None)

    Upload.objects.update(completed_at=NOW)
    upload.refresh_from_db()

    assert upload.was_completed_with([], None)


def test_only_parts_that_have_arrived_count_as_received(upload):
    UploadPartFactory(upload=upload, text="Wombats")
    UploadPartFactory(upload=upload, text=" dig.")
    UploadPartFactory(upload=upload, content="")
    UploadFactory(created_at=NOW + SECOND)

    counts: Any = Upload.objects.with_received().order_by("created_at")

    assert list(counts.values_list("received_parts", "received_bytes")) == [(2, 12), (0, 0)]


def test_a_part_arrives_once(upload):
    part = UploadPartFactory(upload=upload, content="")

    assert part.arrive()
    assert not part.arrive()
    part.refresh_from_db()
    assert part.content.name == part.location


def test_a_part_that_has_arrived_is_not_withdrawn(upload):
    part = UploadPartFactory(upload=upload)

    part.withdraw()

    assert UploadPart.objects.get() == part
    assert part.content.storage.exists(part.location)


def test_only_a_part_that_has_not_arrived_is_handed_over(upload):
    assert not UploadPartFactory(upload=upload).hand_over()
    assert UploadPartFactory(upload=upload, content="").hand_over()


def test_parts_are_spent_once_their_upload_has_ended_and_none_is_arriving(db):
    ended = UploadPartFactory(upload=UploadFactory(cancelled_at=NOW))
    UploadPartFactory(upload__created_at=NOW)
    busy = UploadFactory(cancelled_at=NOW)
    UploadPartFactory(upload=busy)
    UploadPartFactory(upload=busy, content="", created_at=NOW)

    assert list(UploadPart.objects.spent(NOW, interrupted_before=NOW - HOUR)) == [ended]
    assert UploadPart.objects.spent(NOW, interrupted_before=NOW).count() == 3
