"""Rows from before files were taken in turn, brought to where they can be."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module

import psycopg
import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.factories import FileBatchFactory, FileFactory, VectorStoreFactory
from vectorstores import maintenance
from vectorstores.models import Chunk, File, FileBatch, VectorStore, VectorStoreFile
from vectorstores.models.store_files.queue import claim_next

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
# What the release before sends, to the letter: its attach(), its sweep and its publishing.
ATTACH = """
INSERT INTO "vectorstores_vectorstorefile"
       ("vector_store_id", "file_id", "batch_id", "attributes", "max_chunk_size_tokens",
        "chunk_overlap_tokens", "status", "last_error_code", "last_error_message", "usage_bytes",
        "attempts", "due_at", "nudged_at", "created_at", "embedder_silent_since", "settled_at",
        "deleted_at")
VALUES (%s, %s, %s, '{}', 800, 400, 'in_progress', '', '', 0, 0, %s, %s, %s, NULL, NULL, NULL)
ON CONFLICT("vector_store_id", "file_id", "deleted_at") DO UPDATE
   SET "batch_id" = EXCLUDED."batch_id", "attributes" = EXCLUDED."attributes",
       "max_chunk_size_tokens" = EXCLUDED."max_chunk_size_tokens",
       "chunk_overlap_tokens" = EXCLUDED."chunk_overlap_tokens", "status" = EXCLUDED."status",
       "attempts" = EXCLUDED."attempts", "due_at" = EXCLUDED."due_at",
       "nudged_at" = EXCLUDED."nudged_at",
       "embedder_silent_since" = EXCLUDED."embedder_silent_since",
       "settled_at" = EXCLUDED."settled_at", "last_error_code" = EXCLUDED."last_error_code",
       "last_error_message" = EXCLUDED."last_error_message"
RETURNING "vectorstores_vectorstorefile"."id"
"""
NUDGE = 'UPDATE "vectorstores_vectorstorefile" SET "nudged_at" = %s WHERE "id" IN (%s)'
ADD_CHUNK = """
INSERT INTO chunk (vector_store_id, store_file_id, position, start, tokens, page, text)
VALUES (%s, %s, 0, 0, 2, 7, 'Wombats dig.')
"""


@pytest.fixture
def before(transactional_db: None) -> Iterator[None]:
    """The database as it was before files were taken in turn."""
    migrate("0005_no_index_twice")
    yield
    migrate()


def migrate(to: str | None = None) -> None:
    executor = MigrationExecutor(connection)
    executor.migrate([("vectorstores", to)] if to else executor.loader.graph.leaf_nodes())


def attach(store: VectorStore, file: File, *, batch: FileBatch | None = None) -> int:
    ((pk,),) = run(ATTACH, store.pk, file.pk, batch and batch.pk, NOW, NOW, NOW)
    return int(pk)


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
    options = {"after": None, "most_files": 1, "most_bytes": 1000, "most_claimed": 9}
    return [f.pk for f in claim_next(now, lease=MINUTE, bulk=bulk, large=True, **options)]


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
    """Each statement of 0008 commits alone, so it may have been stopped after any."""
    store = VectorStoreFactory()
    add(store, "completed")
    migrate("0007_fill_projects")
    run("CREATE INDEX store_file_turn ON vectorstores_vectorstorefile (id)")

    migrate()

    ((definition,),) = run("SELECT indexdef FROM pg_indexes WHERE indexname = 'store_file_turn'")
    assert "(bulk, project_id, due_at)" in definition


@pytest.mark.parametrize("state", ["0006_turns_and_progress", "0008_turns", None])
def test_the_release_before_goes_on_until_it_is_replaced(before, state):
    store = VectorStoreFactory()
    batch = FileBatchFactory(vector_store=store)
    known, alone, together = FileFactory.create_batch(3, project=store.project, content="")
    attach(store, known)

    migrate(state)
    again, single, in_batch = (
        attach(store, known),
        attach(store, alone),
        attach(store, together, batch=batch),
    )
    run(NUDGE, NOW, single)
    run(ADD_CHUNK, store.pk, single)
    migrate()
    maintenance.adopt()

    rows = VectorStoreFile.objects.in_bulk()
    assert {pk: row.bulk for pk, row in rows.items()} == {
        again: False,
        single: False,
        in_batch: True,
    }
    assert {row.project_id for row in rows.values()} == {store.project_id}
    assert {(row.stage, row.chunks_done, row.chunks_total) for row in rows.values()} == {
        ("waiting", 0, 0)
    }
    assert sorted(taken(NOW, bulk=False) + taken(NOW, bulk=False)) == sorted([again, single])
    assert taken(NOW, bulk=True) == [in_batch]


def test_a_row_that_somebody_holds_is_waited_for_by_nobody(before):
    store = VectorStoreFactory()
    held, free = add(store, "completed"), add(store, "completed")
    migrate("0006_turns_and_progress")

    with psycopg.connect(**connection.get_connection_params()) as worker:
        lock = "SELECT FROM vectorstores_vectorstorefile WHERE id = %s FOR UPDATE"
        worker.execute(lock, [held])
        migrate("0007_fill_projects")
        left = VectorStoreFile.objects.to_adopt().values_list("pk", flat=True)
        assert list(left) == [held]
    migrate()

    assert maintenance.adopt() == 1
    assert VectorStoreFile.objects.filter(project=store.project).count() == len({held, free})


def test_new_columns_make_postgres_neither_write_nor_read_the_rows(before):
    """A rewrite gives the table another file, and a check is compared with every row."""
    where = "SELECT pg_relation_filenode('vectorstores_vectorstorefile')"
    checks = (
        "SELECT conname FROM pg_constraint WHERE contype = 'c'"
        " AND conrelid = 'vectorstores_vectorstorefile'::regclass"
    )
    add(VectorStoreFactory(), "completed")
    was = run(where), sorted(run(checks))

    migrate()

    assert (run(where), sorted(run(checks))) == was
