"""Faults while a file is ingested: who is to blame, if the attempt counts, when it is due again."""

import errno
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from psycopg.errors import AdminShutdown, DeadlockDetected, LockNotAvailable, QueryCanceled
from psycopg.errors import DiskFull as PgDiskFull

from ingestion import extraction, pipeline, spool
from ingestion.sandbox.host import Sandbox
from ingestion.spool import ChunkSpool
from tests.factories import FileFactory, StoreFileFactory
from tests.ingestion.claiming import claimed, ingest_now
from tests.ingestion.sandbox.conftest import GENEROUS
from vectorstores.embeddings import get_embedder
from vectorstores.embeddings.errors import EmbeddingRefused, EmbeddingUnavailable
from vectorstores.errors import StorageUnavailable
from vectorstores.models import Chunk, Status, VectorStore, VectorStoreFile
from vectorstores.models.chunks import replace_chunks

pytestmark = pytest.mark.usefixtures("unheeded")

REFUSED = (
    "An internal error occurred. "
    "The embedding model refused the file's text; the server's log has the reason."
)


def attached(store: VectorStore, text: str = "Wombats dig.") -> VectorStoreFile:
    return StoreFileFactory(vector_store=store, file=FileFactory(project=store.project, text=text))


@pytest.fixture
def store_file(store: VectorStore) -> VectorStoreFile:
    return attached(store)


@pytest.fixture
def misbehaving(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make parsers do what a file's name says."""
    sandbox = Sandbox(GENEROUS, program="tests.ingestion.sandbox.misbehaving")
    monkeypatch.setattr(extraction, "get_sandbox", lambda: sandbox)
    yield
    sandbox.stop()


def waits(store_file: VectorStoreFile) -> timedelta:
    """Return the time until a file that no worker holds is due."""
    assert (store_file.status, store_file.claimed_at) == (Status.IN_PROGRESS, None)
    return store_file.due_at - timezone.now()


# --- the embedder -----------------------------------------------------------------------------


def test_an_embedder_that_does_not_answer_postpones_without_counting(store_file, embedder_fails):
    embedder_fails(EmbeddingUnavailable("It answers 429.", retry_after=30))

    ingest_now(store_file)

    assert timedelta(seconds=25) < waits(store_file) < timedelta(seconds=31)
    assert store_file.attempts == 0


def test_waiting_for_an_embedder_ends_after_a_day(store_file, embedder_fails):
    embedder_fails(EmbeddingUnavailable("It answers 503."))
    VectorStoreFile.objects.update(embedder_silent_since=timezone.now() - timedelta(hours=25))

    ingest_now(store_file)

    assert (store_file.status, store_file.last_error_code) == (Status.FAILED, "server_error")
    assert store_file.last_error_message == (
        "An internal error occurred. "
        "The embedding service gave no answer for too long; attach the file again."
    )


def test_time_in_the_queue_is_not_the_embedders_silence(store_file, embedder_fails):
    embedder_fails(EmbeddingUnavailable("It answers 429."))
    VectorStoreFile.objects.update(created_at=timezone.now() - timedelta(hours=25))

    ingest_now(store_file)

    assert waits(store_file) < timedelta(seconds=3)


def test_text_the_embedder_refuses_fails_at_once(store_file, embedder_fails):
    embedder_fails(EmbeddingRefused("The embedding service answered 400."))

    ingest_now(store_file)

    assert (store_file.status, store_file.last_error_code) == (Status.FAILED, "server_error")
    assert store_file.last_error_message == REFUSED  # the service's own words are for the log


def test_a_group_with_a_refused_text_is_retried_one_by_one(store, embedding_is):
    good, bad, fine = files = [
        attached(store, text) for text in ("Wombats dig.", "Poison.", "Puffins fly.")
    ]

    def embed(texts):
        if "Poison." in texts:
            raise EmbeddingRefused("The embedding service answered 400.")
        return get_embedder().embed(texts)

    embedding_is(embed)

    ingest_now(*files)

    assert all(waits(file) <= timedelta(0) for file in files)
    assert [file.attempts for file in files] == [1, 1, 1]  # so that `claim_next` gives each alone

    for file in files:
        ingest_now(file)

    assert [good.status, bad.status, fine.status] == ["completed", "failed", "completed"]
    assert bad.last_error_message == REFUSED


# --- bugs -------------------------------------------------------------------------------------


def test_a_bug_releases_the_file_and_is_raised_for_the_log(store_file, embedder_fails):
    embedder_fails(ZeroDivisionError())

    with pytest.raises(ZeroDivisionError):
        ingest_now(store_file)

    store_file.refresh_from_db()
    assert timedelta(seconds=1) < waits(store_file) < timedelta(seconds=3)
    assert store_file.attempts == 1


def test_each_retry_comes_later_than_the_one_before(store_file, embedder_fails):
    embedder_fails(ZeroDivisionError())
    VectorStoreFile.objects.update(attempts=3)

    with pytest.raises(ZeroDivisionError):
        ingest_now(store_file)

    store_file.refresh_from_db()
    assert timedelta(seconds=15) < waits(store_file) < timedelta(seconds=17)


def test_a_base_exception_releases_the_file_too(store_file, embedder_fails):
    # For one, Rust's panics are no `Exception`.
    embedder_fails(SystemExit())

    with pytest.raises(SystemExit):
        ingest_now(store_file)

    store_file.refresh_from_db()
    assert waits(store_file) > timedelta(seconds=1)


def test_a_file_is_not_judged_by_a_process_that_has_read_others(store, misbehaving):
    files = [
        StoreFileFactory(
            vector_store=store, file=FileFactory(project=store.project, text=name, filename=name)
        )
        for name in ("echo", "last")
    ]

    ingest_now(*files)

    assert [file.status for file in files] == [Status.COMPLETED] * 2
    assert {chunk.text for chunk in Chunk.objects.all()} == {"echo", "last"}


def test_a_file_that_our_reader_fails_on_is_read_by_the_general_parser(store, misbehaving, caplog):
    file = FileFactory(project=store.project, text="read generally", filename="trip")
    store_file = StoreFileFactory(vector_store=store, file=file)

    ingest_now(store_file)

    assert store_file.status == Status.COMPLETED
    assert [chunk.text for chunk in Chunk.objects.all()] == ["read generally"]
    [record] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert (
        record.getMessage() == f"Parser bug on file {store_file.pk}; falling back to unstructured."
    )
    assert "a bug of ours" in str(record.exc_info[1].__cause__)


def test_a_bug_while_others_are_served_in_between_is_not_this_files(store, store_file):
    def on_tick() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ingest_now(store_file, on_tick=on_tick)

    store_file.refresh_from_db()
    assert waits(store_file) <= timedelta(0)
    assert store_file.attempts == 0


# --- the machine ------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_no_fault_of_the_file(store_file, embedder_fails, code):
    embedder_fails(OSError(code, os.strerror(code)))

    ingest_now(store_file)

    assert timedelta(seconds=8) < waits(store_file) < timedelta(seconds=11)
    assert store_file.attempts == 0


def test_a_disk_that_becomes_full_under_the_spool_is_no_fault_of_the_file(store, monkeypatch):
    # A real one, as far as the spool can tell, since /dev/full takes no byte.
    store_file = attached(store, "Wombats dig. " * 5_000)
    monkeypatch.setattr(spool, "_IN_MEMORY", 1)
    add = ChunkSpool.add

    def add_to_full_disk(chunks: ChunkSpool, chunk: Any) -> None:
        add(chunks, chunk)
        with Path("/dev/full").open("wb") as full:
            os.dup2(full.fileno(), chunks._file.fileno())

    monkeypatch.setattr(ChunkSpool, "add", add_to_full_disk)

    ingest_now(store_file)

    assert waits(store_file) > timedelta(seconds=8)
    assert store_file.attempts == 0


def test_other_errors_of_the_machine_are_bugs(store_file, embedder_fails):
    embedder_fails(PermissionError(errno.EACCES, "Permission denied"))

    with pytest.raises(PermissionError):
        ingest_now(store_file)

    store_file.refresh_from_db()
    assert store_file.attempts == 1


def test_a_database_that_fails_is_no_fault_of_the_file(store_file, embedder_fails):
    embedder_fails(OperationalError("the connection is closed"))

    ingest_now(store_file)

    assert timedelta(seconds=8) < waits(store_file) < timedelta(seconds=11)
    assert store_file.attempts == 0


@pytest.mark.parametrize("trouble", [DeadlockDetected, AdminShutdown, PgDiskFull, LockNotAvailable])
def test_a_passing_database_error_costs_no_attempt(store_file, embedder_fails, trouble):
    embedder_fails(raised_from(trouble()))

    ingest_now(store_file)

    assert store_file.attempts == 0


def test_a_statement_that_takes_too_long_counts(store_file, embedder_fails):
    # Else it would be retried for ever, and the file embedded again each time.
    embedder_fails(raised_from(QueryCanceled()))

    with pytest.raises(OperationalError):
        ingest_now(store_file)

    store_file.refresh_from_db()
    assert waits(store_file) > timedelta(seconds=1)
    assert store_file.attempts == 1


def raised_from(cause: Exception) -> OperationalError:
    """Return the error as Django wraps it."""
    error = OperationalError()
    error.__cause__ = cause
    return error


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_cut_in_the_middle_costs_no_attempt(embedding_is):
    # As a restart of Postgres does; the broken connection must not be kept.
    store_file = StoreFileFactory()

    def embed(texts):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    embedding_is(embed)

    ingest_now(store_file)

    assert waits(store_file) > timedelta(seconds=8)
    assert store_file.attempts == 0


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_cut_while_publishing_publishes_all_or_nothing(monkeypatch):
    files = StoreFileFactory.create_batch(2)

    def cut(contents) -> None:
        replace_chunks(contents)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(pipeline, "replace_chunks", cut)

    ingest_now(*files)

    assert [file.status for file in files] == [Status.IN_PROGRESS] * 2
    assert [file.attempts for file in files] == [0, 0]
    assert not Chunk.objects.exists()


# --- being asked to stop ----------------------------------------------------------------------


@pytest.mark.parametrize(("drain", "ago"), [(0, 0), (20, 21)], ids=["at once", "after a while"])
def test_a_worker_that_stops_releases_its_files(
    store, embedding_is, asked_to_stop, settings, drain, ago
):
    settings.INGEST_DRAIN = timedelta(seconds=drain)
    files = [attached(store, "Wombats dig. " * 3_000) for _ in range(2)]

    def embed(texts):
        asked_to_stop(timezone.now().timestamp() - ago)
        return get_embedder().embed(texts)

    embedding_is(embed)

    ingest_now(*files)

    assert all(waits(file) <= timedelta(0) for file in files)
    assert [file.attempts for file in files] == [0, 0]
    assert not Chunk.objects.exists()


def test_a_worker_that_stops_finishes_what_it_has_if_it_is_quick(
    store_file, asked_to_stop, settings
):
    settings.INGEST_DRAIN = timedelta(seconds=20)
    asked_to_stop(timezone.now().timestamp())

    ingest_now(store_file)

    assert store_file.status == Status.COMPLETED


def test_a_worker_that_stops_while_it_parses_releases_the_file(store_file, asked_to_stop, settings):
    settings.INGEST_DRAIN = timedelta(0)
    file = claimed(store_file)
    asked_to_stop(timezone.now().timestamp() - 1)

    pipeline.ingest([file])

    store_file.refresh_from_db()
    assert waits(store_file) <= timedelta(0)
    assert store_file.attempts == 0


# --- the storage ------------------------------------------------------------------------------


def test_lost_bytes_are_tried_again_and_the_others_go_on(store):
    lost, found = attached(store), attached(store, "Puffins fly.")
    Path(lost.file.content.path).unlink()

    ingest_now(lost, found)

    assert timedelta(seconds=1) < waits(lost) < timedelta(seconds=3)
    assert lost.attempts == 1
    assert found.status == Status.COMPLETED


def test_bytes_that_stay_lost_fail_the_file_and_blame_the_server(store_file, settings):
    path = Path(store_file.file.content.path)
    path.write_bytes(b"")
    VectorStoreFile.objects.update(attempts=settings.INGEST_MAX_ATTEMPTS - 1)
    store_file.refresh_from_db()

    ingest_now(store_file)

    assert (store_file.status, store_file.last_error_code) == (Status.FAILED, "server_error")
    assert store_file.last_error_message == (
        "An internal error occurred. The server no longer has the bytes of"
        f" '{store_file.file.public_id}' as they were uploaded. Upload them again, or ask the"
        " operator to restore them."
    )


def test_a_storage_that_does_not_answer_postpones_without_counting(store_file, monkeypatch):
    def unavailable(file: object) -> None:
        raise StorageUnavailable

    monkeypatch.setattr(extraction, "on_disk", unavailable)

    ingest_now(store_file)

    assert timedelta(seconds=8) < waits(store_file) < timedelta(seconds=11)
    assert store_file.attempts == 0
