from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from time import monotonic, sleep

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import FileBatchFactory, StoreFileFactory
from tests.vectorstores.admin.pages import list_url, messages_of, page_url, run_action
from tests.vectorstores.claims import claim
from vectorstores.models import Status, VectorStoreFile

FAILED = {
    "status": Status.FAILED,
    "due_at": None,
    "last_error_code": "invalid_file",
    "last_error_message": "The file could not be parsed because it is empty.",
    "attempts": 3,
}


def test_a_failed_file_shows_its_error_and_attempts(operator: Client):
    StoreFileFactory(**FAILED)

    text = operator.get(list_url("vectorstorefile")).text

    assert "invalid_file: The file could not be parsed because it is empty." in text
    assert '<td class="field-attempts">3</td>' in text


def test_files_can_be_listed_by_what_was_not_read(operator: Client):
    completed = {"status": "completed", "due_at": None}
    pages = {"code": "pages_not_read", "message": "1 of 2 pages holds a picture"}
    parts = {"code": "parts_not_read", "message": "slide 2 is missing"}
    for name, warnings in {"a.pdf": [pages], "b.pptx": [parts, pages], "c.txt": None}.items():
        StoreFileFactory(file__filename=name, warnings=warnings, **completed)

    def listed(choice: str) -> set[str]:
        text = operator.get(f"{list_url('vectorstorefile')}{choice}").text
        return {name for name in ("a.pdf", "b.pptx", "c.txt") if name in text}

    assert listed("") == {"a.pdf", "b.pptx", "c.txt"}
    assert listed("?not_read=any") == {"a.pdf", "b.pptx"}
    assert listed("?not_read=parts_not_read") == {"b.pptx"}
    text = operator.get(list_url("vectorstorefile")).text
    assert "slide 2 is missing; 1 of 2 pages holds a picture" in text


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({}, "waiting"),
        ({"stage": "parsing"}, "parsing"),
        (
            {"stage": "embedding", "chunks_done": 1200, "chunks_total": 4000},
            "embedding, 1,200 of 4,000 chunks",
        ),
        ({"status": "completed", "chunks_done": 40, "chunks_total": 40}, "40 of 40 chunks"),
        ({"status": "cancelled", "chunks_done": 12, "chunks_total": 40}, "-"),
    ],
)
def test_a_file_in_progress_shows_its_progress(
    operator: Client, fields: dict[str, object], shown: str
):
    store_file = StoreFileFactory(**fields)

    assert (
        f'<td class="field-progress">{shown}</td>' in operator.get(list_url("vectorstorefile")).text
    )
    assert shown in operator.get(page_url(store_file)).text


def test_files_are_listed_by_status(operator: Client):
    failed, _ = StoreFileFactory(**FAILED), StoreFileFactory()

    response = operator.get(list_url("vectorstorefile"), {"status__exact": "failed"})

    assert list(response.context["cl"].result_list) == [failed]


def test_a_file_shows_its_age(operator: Client):
    store_file = StoreFileFactory(created_at=timezone.now() - timedelta(hours=3, minutes=5))

    assert "3\N{NO-BREAK SPACE}hours ago" in operator.get(page_url(store_file)).text


@pytest.mark.parametrize(
    ("due_in", "shown"),
    [(timedelta(seconds=42.4), "42 s"), (timedelta(seconds=-5), "now"), (None, "-")],
)
def test_a_file_shows_when_it_is_due(operator: Client, due_in: timedelta | None, shown: str):
    due_at = due_in and timezone.now() + due_in

    StoreFileFactory(due_at=due_at)

    text = operator.get(list_url("vectorstorefile")).text
    assert f'<td class="field-due_in">{shown}</td>' in text


def test_retrying_requeues_failed_files_only(
    operator: Client, sent, django_capture_on_commit_callbacks
):
    single, in_batch = (
        StoreFileFactory(**FAILED),
        StoreFileFactory(**FAILED, batch=FileBatchFactory()),
    )
    cancelled = StoreFileFactory(status=Status.CANCELLED, due_at=None)

    with django_capture_on_commit_callbacks(execute=True):
        response = run_action(operator, "retry", single, in_batch, cancelled)

    single.refresh_from_db()
    cancelled.refresh_from_db()
    assert messages_of(response) == ["2 files will be ingested again."]
    assert (single.status, single.attempts, single.last_error_code) == (Status.IN_PROGRESS, 0, "")
    assert cancelled.status == Status.CANCELLED
    assert sent("ingest") > 0
    assert sent("ingest_bulk") > 0


def test_no_worker_is_woken_before_the_commit(
    operator: Client, sent, django_capture_on_commit_callbacks
):
    store_file = StoreFileFactory(**FAILED)

    with django_capture_on_commit_callbacks():
        run_action(operator, "retry", store_file)

    assert sent("ingest") == sent("ingest_bulk") == 0


@pytest.mark.parametrize("status", Status)
def test_requeueing_restarts_files_in_any_status(
    operator: Client, sent, django_capture_on_commit_callbacks, status: Status
):
    store_file = StoreFileFactory(status=status, attempts=5)

    with django_capture_on_commit_callbacks(execute=True):
        response = run_action(operator, "requeue", store_file)

    store_file.refresh_from_db()
    assert messages_of(response) == ["1 file will be ingested again."]
    assert (store_file.status, store_file.attempts) == (Status.IN_PROGRESS, 0)
    assert sent("ingest") == 1


def test_requeueing_takes_a_file_away_from_its_worker(operator: Client):
    store_file = StoreFileFactory()
    assert claim(store_file, timezone.now(), settings.INGEST_LEASE)

    run_action(operator, "requeue", store_file)

    assert not store_file.complete(timezone.now(), usage_bytes=1)


def test_cancelling_keeps_finished_files(operator: Client):
    running = StoreFileFactory()
    done = StoreFileFactory(status=Status.COMPLETED, due_at=None)

    response = run_action(operator, "cancel", running, done)

    running.refresh_from_db()
    done.refresh_from_db()
    assert messages_of(response) == ["1 file was cancelled."]
    assert (running.status, done.status) == (Status.CANCELLED, Status.COMPLETED)


def test_an_action_reports_that_it_changed_nothing(operator: Client):
    response = run_action(operator, "retry", StoreFileFactory())

    assert messages_of(response) == ["0 files will be ingested again."]


@pytest.mark.django_db(transaction=True)
def test_cancelling_does_not_undo_a_completion_that_it_waited_for(operator: Client):
    store_file = StoreFileFactory()
    assert claim(store_file, timezone.now(), settings.INGEST_LEASE)
    cancelling = Thread(target=act_and_hang_up, args=(operator, "cancel", store_file))

    with transaction.atomic():
        assert store_file.complete(timezone.now(), usage_bytes=1)
        cancelling.start()
        wait_for_somebody_waiting()
    cancelling.join()

    store_file.refresh_from_db()
    assert store_file.status == Status.COMPLETED


def act_and_hang_up(client: Client, action: str, row: VectorStoreFile) -> None:
    run_action(client, action, row)
    connection.close()


def wait_for_somebody_waiting() -> None:
    """Wait until another connection waits for a lock that this one holds."""
    deadline = monotonic() + 10
    with connection.cursor() as cursor:
        while monotonic() < deadline:
            cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted")
            if cursor.fetchone():
                return
            sleep(0.01)
    pytest.fail("Nobody waited for the row within 10 seconds.")


@pytest.mark.parametrize("action", ["retry", "requeue", "cancel"])
def test_users_with_view_permission_cannot_change_anything(
    staff_with: Callable[..., Client], action: str
):
    store_file = StoreFileFactory(**(FAILED if action == "retry" else {}))
    before = VectorStoreFile.objects.values().get()

    run_action(staff_with("view_vectorstorefile"), action, store_file)

    assert VectorStoreFile.objects.values().get() == before


def test_users_with_change_permission_can_run_actions(staff_with: Callable[..., Client]):
    store_file = StoreFileFactory()

    run_action(staff_with("change_vectorstorefile"), "cancel", store_file)

    store_file.refresh_from_db()
    assert store_file.status == Status.CANCELLED


def test_deleting_detaches_the_file_and_keeps_it(operator: Client):
    store_file = StoreFileFactory()
    url = reverse("admin:vectorstores_vectorstorefile_delete", args=[store_file.pk])

    operator.post(url, {"post": "yes"})

    store_file.refresh_from_db()
    assert store_file.deleted_at is not None
    assert store_file.file.deleted_at is None
