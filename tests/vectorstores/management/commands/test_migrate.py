"""Migrating while requests are served: nobody waits long behind a migration that waits."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from tests.live import wait_until
from vectorstores.management.commands import migrate
from vectorstores.models import File

# This migration changes the table of files in stores, in a transaction.
BEFORE, IT = "0003", "0004"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "LOCK_TIMEOUT", "100ms")
    monkeypatch.setattr(migrate, "PAUSE", 0.2)


@pytest.fixture
def reader(transactional_db: None) -> Iterator[Event]:
    """Hold the table as a long reader does, until the event is set."""
    call_command("migrate", "vectorstores", IT, verbosity=0)
    done, began = Event(), Event()

    def read() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM vectorstores_vectorstorefile")
            began.set()
            done.wait(60)
        connection.close()

    with ThreadPoolExecutor(1) as thread:
        reading = thread.submit(read)
        began.wait(30)
        yield done
        done.set()
        reading.result()
    call_command("migrate", "vectorstores", verbosity=0)


def test_a_migration_waits_for_a_long_reader_in_short_turns(reader: Event):
    stderr = io.StringIO()

    def migrate_back() -> None:
        call_command("migrate", "vectorstores", BEFORE, verbosity=0, stderr=stderr)
        connection.close()

    with ThreadPoolExecutor(1) as thread:
        migrating = thread.submit(migrate_back)
        wait_until(lambda: "will be tried again" in stderr.getvalue(), seconds=30)
        began = monotonic()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM vectorstores_vectorstorefile")
        waited = monotonic() - began
        reader.set()
        migrating.result(timeout=60)

    assert waited < 5
    assert not has_warnings()


def test_a_migration_that_never_gets_its_turn_says_so(reader: Event, monkeypatch):
    monkeypatch.setattr(migrate, "PATIENCE", 0.0)

    with pytest.raises(CommandError, match="could not lock its table"):
        call_command("migrate", "vectorstores", BEFORE, verbosity=0, stderr=io.StringIO())

    assert has_warnings()


def test_statements_after_a_migration_wait_for_locks_as_before(transactional_db):
    call_command("migrate", verbosity=0)

    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)
    assert not File.objects.exists()


def has_warnings() -> bool:
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(
            cursor, "vectorstores_vectorstorefile"
        )
    return "warnings" in {column.name for column in columns}
