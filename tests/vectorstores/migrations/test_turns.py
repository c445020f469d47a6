"""Rows from before files were taken in turn, brought to where they can be."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.db import IntegrityError, connection
from django.db.migrations.executor import MigrationExecutor

from tests.factories import FileBatchFactory, FileFactory, VectorStoreFactory
from vectorstores.models import Chunk, FileBatch, VectorStore, VectorStoreFile
from vectorstores.models.store_files import take

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

ADD_FILE = """
INSERT INTO vectorstores_vectorstorefile
       (vector_store_id, file_id, batch_id, attributes, max_chunk_size_tokens,
        chunk_overlap_tokens, status, last_error_code, last_error_message, usage_bytes, attempts,
        due_at, nudged_at, created_at, settled_at, deleted_at)
VALUES (%s, %s, %s, '{}', 800, 400, %s, '', '', %s, %s, %s, %s, now(), %s, %s)
RETURNING id
"""
ADD_CHUNK = """
INSERT INTO chunk (vector_store_id, store_file_id, position, start, tokens, page, text)
VALUES (%s, %s, 0, 0, 2, 7, 'Wombats dig.')
"""


@pytest.fixture
def before(transactional_db: None) -> Iterator[None]:
    """The database as it was before files were taken in turn."""
    MigrationExecutor(connection).migrate([("vectorstores", "0005_no_index_twice")])
    yield
    migrate()


def migrate() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def run(statement: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def add(
    store: VectorStore,
    status: str,
    *,
    batch: FileBatch | None = None,
    usage_bytes: int = 0,
    attempts: int = 0,
    due_at: datetime | None = None,
    deleted_at: datetime | None = None,
) -> int:
    """A file in a store as the row was then."""
    file = FileFactory(project=store.project, content="")
    settled_at = None if status == "in_progress" else NOW
    values = [store.pk, file.pk, batch and batch.pk, status, usage_bytes, attempts, due_at, NOW]
    ((pk,),) = run(ADD_FILE, *values, settled_at, deleted_at)
    return int(pk)


def test_rows_of_all_kinds_keep_what_they_were_and_learn_their_project(before):
    stores = VectorStoreFactory.create_batch(2)
    stores.append(VectorStoreFactory(deleted_at=NOW))
    added: dict[int, tuple[VectorStore, str, bool]] = {}
    for store in stores:
        for batch in (None, FileBatchFactory(vector_store=store)):
            for status in ("in_progress", "completed", "failed", "cancelled"):
                due_at = NOW if status == "in_progress" else None
                pk = add(store, status, batch=batch, due_at=due_at, usage_bytes=9)
                added[pk] = store, status, batch is not None
            pk = add(store, "in_progress", batch=batch, deleted_at=NOW)
            added[pk] = store, "in_progress", batch is not None

    migrate()

    rows = VectorStoreFile.objects.in_bulk()
    kept = {pk: (row.vector_store, row.status, row.bulk) for pk, row in rows.items()}
    assert kept == added
    for row in rows.values():
        assert row.project_id == row.vector_store.project_id
        assert (row.claimed_at, row.fingerprint, row.stage) == (None, None, "waiting")
        assert (row.chunks_done, row.chunks_total) == (0, 0)


def test_what_was_waiting_is_taken_and_what_was_held_is_when_its_lease_ends(before):
    store = VectorStoreFactory()
    waiting = add(store, "in_progress", due_at=NOW)
    held = add(store, "in_progress", due_at=NOW + MINUTE, attempts=1)
    in_batch = add(
        store, "in_progress", due_at=NOW, batch=FileBatchFactory(vector_store=store), attempts=2
    )

    migrate()

    assert taken(NOW, bulk=False) == [waiting]
    assert taken(NOW, bulk=False) == []
    assert taken(NOW + MINUTE, bulk=False) in ([held], [waiting])
    assert taken(NOW, bulk=True) == [in_batch]
    assert VectorStoreFile.objects.get(pk=in_batch).attempts == 3


def taken(now: datetime, *, bulk: bool) -> list[int]:
    options = {"after": None, "most_files": 1, "most_bytes": 1000, "most_in_hand": 9}
    return [f.pk for f in take(now, lease=MINUTE, bulk=bulk, large=True, **options)]


def test_old_chunks_have_no_heading(before):
    store = VectorStoreFactory()
    pk = add(store, "completed", usage_bytes=9)
    run(ADD_CHUNK, store.pk, pk)

    migrate()

    chunk = Chunk.objects.get()
    assert (chunk.text, chunk.page, chunk.heading) == ("Wombats dig.", 7, None)


def test_rows_are_filled_in_slices_whatever_their_numbers(before, monkeypatch):
    monkeypatch.setattr(import_module("vectorstores.migrations.0007_fill_projects"), "SLICE", 3)
    store = VectorStoreFactory()
    for _ in range(7):
        pk = add(store, "completed")
    run("UPDATE vectorstores_vectorstorefile SET id = id + 100 WHERE id = %s", pk)

    migrate()

    assert VectorStoreFile.objects.filter(project=store.project).count() == 7


def test_an_empty_table_is_no_obstacle(before):
    migrate()

    assert not VectorStoreFile.objects.exists()


def test_a_migration_that_was_interrupted_goes_on(before):
    """Each statement of the last one commits alone, so it may have been stopped after any."""
    store = VectorStoreFactory()
    add(store, "completed")
    MigrationExecutor(connection).migrate([("vectorstores", "0007_fill_projects")])
    run(
        "ALTER TABLE vectorstores_vectorstorefile ADD CONSTRAINT store_file_has_project"
        " CHECK (project_id IS NOT NULL) NOT VALID"
    )
    run("CREATE INDEX store_file_turn ON vectorstores_vectorstorefile (id)")

    migrate()

    ((definition,),) = run("SELECT indexdef FROM pg_indexes WHERE indexname = 'store_file_turn'")
    assert "(bulk, project_id, due_at)" in definition
    assert not run("SELECT FROM pg_constraint WHERE conname = 'store_file_has_project'")
    with pytest.raises(IntegrityError, match="project_id"):
        run("UPDATE vectorstores_vectorstorefile SET project_id = NULL")
