from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import FileBatchFactory, StoreFileFactory
from tests.vectorstores.admin.pages import list_url, messages_of, page_url, run_action
from vectorstores.admin.batches import progress_in_words
from vectorstores.models import FileBatch, Status
from vectorstores.models.batches import BatchProgress


def batch_of(*statuses: Status) -> FileBatch:
    batch = FileBatchFactory()
    for status in statuses:
        StoreFileFactory(vector_store=batch.vector_store, batch=batch, status=status)
    return batch


def test_a_batch_shows_its_progress(operator: Client):
    batch_of(Status.COMPLETED, Status.FAILED, Status.IN_PROGRESS)

    text = operator.get(list_url("filebatch")).text

    assert '<progress value="2" max="3"></progress> 2 of 3 files</td>' in text
    assert '<td class="field-failed">1</td>' in text
    assert '<td class="field-cancelled">0</td>' in text


@pytest.mark.parametrize("url", [lambda batch: list_url("filebatch"), page_url])
def test_a_batch_shows_its_rate_and_when_it_will_be_done(operator: Client, url):
    batch = batch_of(Status.COMPLETED, Status.COMPLETED, Status.IN_PROGRESS)
    now = timezone.now()
    FileBatch.objects.update(created_at=now - timedelta(hours=10))
    batch.store_files.filter(status=Status.COMPLETED).update(settled_at=now)

    text = operator.get(url(batch)).text

    assert "2 of 3 files, 0.2 an hour, done in about 5 h" in text


def test_a_batch_links_to_its_files(operator: Client):
    batch = batch_of(Status.COMPLETED)
    StoreFileFactory(vector_store=batch.vector_store)
    link = f"{list_url('vectorstorefile')}?batch__id__exact={batch.pk}"

    text = operator.get(list_url("filebatch")).text

    assert link in text
    assert list(operator.get(link).context["cl"].result_list) == list(batch.store_files.all())


def test_cancelling_reports_how_many_files_were_cancelled(operator: Client):
    running = batch_of(Status.COMPLETED, Status.IN_PROGRESS, Status.IN_PROGRESS)
    done = batch_of(Status.COMPLETED)

    response = run_action(operator, "cancel", running, done)

    done.refresh_from_db()
    assert messages_of(response) == ["2 files were cancelled."]
    assert running.store_files.filter(status=Status.CANCELLED).count() == 2
    assert done.cancelled_at is None


@pytest.mark.parametrize(
    ("permission", "status"), [("view", Status.IN_PROGRESS), ("change", Status.CANCELLED)]
)
def test_cancelling_requires_the_change_permission(
    staff_with: Callable[..., Client], permission: str, status: Status
):
    batch = batch_of(Status.IN_PROGRESS)

    run_action(staff_with(f"{permission}_filebatch"), "cancel", batch)

    assert batch.store_files.get().status == status


NOW = datetime(2026, 1, 1, tzinfo=UTC)


def words(done: int, total: int, rate: float | None = None, left: int | None = None) -> str:
    end = None if left is None else int(NOW.timestamp()) + left
    return progress_in_words(BatchProgress(done, total, rate, end), NOW)


def test_progress_is_shown_with_its_rate_and_estimated_end():
    assert words(1200, 2000, 34.7, 23) == "1,200 of 2,000 files, 35 a second, done in about 23 s"


def test_unknown_estimates_are_left_out():
    assert words(0, 3) == "0 of 3 files"
    assert words(3, 3, 2.0) == "3 of 3 files, 2 a second"


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        (12_345.6, "12,346 a second"),
        (9.96, "10 a second"),
        (9.94, "9.9 a second"),
        (1.0, "1 a second"),
        (0.5, "30 a minute"),
        (0.0175, "1.1 a minute"),
        (0.01, "36 an hour"),
        (0.000139, "0.5 an hour"),
    ],
)
def test_a_rate_is_shown_per_second_minute_or_hour(rate: float, expected: str):
    assert words(1, 2, rate) == f"1 of 2 files, {expected}"


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (0, "1 s"),
        (120, "120 s"),
        (121, "2 min"),
        (7200, "120 min"),
        (7201, "2 h"),
        (48 * 3600, "48 h"),
        (1000 * 86400 + 5, "1,000 days"),
    ],
)
def test_the_remaining_time_is_shown_in_a_suitable_unit(left: int, expected: str):
    assert words(1, 2, 1.0, left) == f"1 of 2 files, 1 a second, done in about {expected}"
