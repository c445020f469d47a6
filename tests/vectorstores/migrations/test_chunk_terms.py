"""The table of terms, and a release before it that goes on publishing chunks without."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from tests.factories import FileFactory, VectorStoreFactory
from tests.vectorstores.models.test_chunk_terms import assert_kept
from vectorstores import maintenance
from vectorstores.bm25 import VERSION
from vectorstores.models import ChunkTerms, VectorStore, VectorStoreFile

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)

# What the release before sends, to the letter: its attach(), its publishing, copying and purging.
ATTACH = """
INSERT INTO "vectorstores_vectorstorefile"
       ("vector_store_id", "project_id", "file_id", "batch_id", "bulk", "attributes",
        "max_chunk_size_tokens", "chunk_overlap_tokens", "status", "last_error_code",
        "last_error_message", "usage_bytes", "attempts", "due_at", "claimed_at", "stage",
        "chunks_done", "chunks_total", "fingerprint", "created_at", "embedder_silent_since",
        "settled_at", "deleted_at")
VALUES (%s, %s, %s, NULL, false, '{}', 800, 400, 'in_progress', '', '', 0, 0, %s, NULL, 'waiting',
        0, 0, NULL, %s, NULL, NULL, NULL)
RETURNING "vectorstores_vectorstorefile"."id"
"""
COMPLETE = """
WITH held AS (
    SELECT file.id, done.*
      FROM vectorstores_vectorstorefile AS file
      JOIN unnest(%s::bigint[], %s::timestamptz[], %s::bigint[], %s::int[], %s::uuid[])
           AS done (pk, due_at, usage_bytes, chunks, fingerprint)
        ON file.id = done.pk AND file.due_at = done.due_at
     WHERE file.status = 'in_progress' AND file.deleted_at IS NULL
       FOR NO KEY UPDATE OF file SKIP LOCKED
)
UPDATE vectorstores_vectorstorefile AS file
   SET status = 'completed', due_at = NULL, claimed_at = NULL, stage = 'waiting',
       settled_at = %s, usage_bytes = held.usage_bytes, fingerprint = held.fingerprint,
       chunks_done = held.chunks, chunks_total = held.chunks
  FROM held
 WHERE file.id = held.pk
RETURNING file.id
"""
ADD_CHUNK = """
INSERT INTO chunk (vector_store_id, store_file_id, position, start, tokens, page, heading, text)
VALUES (%s, %s, %s, 0, 2, NULL, NULL, %s)
"""
PURGE = [
    'DELETE FROM "chunk" WHERE "vector_store_id" = %s AND "store_file_id" = %s',
    'UPDATE "vectorstores_vectorstorefile" SET "usage_bytes" = 0 WHERE "vector_store_id" = %s'
    ' AND "id" = %s',
]


@pytest.fixture
def before(transactional_db: None) -> Iterator[None]:
    """The database as it was before chunks had terms."""
    migrate("0009_chunk_headings")
    yield
    migrate()


def migrate(to: str | None = None) -> None:
    executor = MigrationExecutor(connection)
    executor.migrate([("vectorstores", to)] if to else executor.loader.graph.leaf_nodes())


def run(statement: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def publish(store: VectorStore, *texts: str) -> int:
    """A file's way through the release before. Its key."""
    file = FileFactory(project=store.project, content="")
    ((pk,),) = run(ATTACH, store.pk, store.project_id, file.pk, NOW, NOW)
    assert run(COMPLETE, [pk], [NOW], [99], [len(texts)], [UUID(int=7)], NOW) == [(pk,)]
    for position, text in enumerate(texts):
        run(ADD_CHUNK, store.pk, pk, position, text)
    return int(pk)


@pytest.mark.parametrize("state", ["0009_chunk_headings", "0010_chunk_terms", "0011_terms_to_make"])
def test_what_the_release_before_publishes_is_given_its_terms(before, state):
    store = VectorStoreFactory()
    migrate(state)
    pk = publish(store, "Wombats dig.", "At night.")
    migrate()

    ours = VectorStoreFile.objects.get(pk=pk)
    assert (ours.terms_version, ChunkTerms.objects.count()) == (0, 0)
    assert maintenance.make_missing_terms() == 2

    assert_kept(ours, ["Wombats dig.", "At night."])
    assert VectorStoreFile.objects.get(pk=pk).terms_version == VERSION
    assert maintenance.make_missing_terms() == 0


def test_what_the_release_before_purges_leaves_nothing_in_the_end(before):
    store = VectorStoreFactory()
    migrate()
    pk = publish(store, "Wombats dig.")
    maintenance.make_missing_terms()
    VectorStoreFile.objects.filter(pk=pk).remove(NOW)
    for statement in PURGE:
        run(statement, store.pk, pk)
    assert ChunkTerms.objects.count() == 1

    maintenance.purge(NOW, tombstone_age=NOW - NOW)

    assert not VectorStoreFile.objects.exists()
    assert not ChunkTerms.objects.exists()


def test_every_partition_keeps_its_rows_whole_and_uncompressed(db):
    partitions = run("SELECT relname, reloptions FROM pg_class WHERE relname ~ '^chunk_terms_..$'")
    storage = run(
        "SELECT attname::text, attstorage::text, count(*) FROM pg_attribute"
        " JOIN pg_class ON pg_class.oid = attrelid"
        " WHERE relname ~ '^chunk_terms_..$' AND attname IN ('terms', 'weights') GROUP BY 1, 2"
    )
    bounds = run(
        "SELECT relname, pg_get_expr(relpartbound, oid) FROM pg_class"
        " WHERE relname ~ '^chunk_..$' OR relname ~ '^chunk_terms_..$'"
    )

    assert sorted(partitions) == [
        (f"chunk_terms_{number:02}", ["toast_tuple_target=8160"]) for number in range(16)
    ]
    assert sorted(storage) == [("terms", "e", 16), ("weights", "e", 16)]
    of = dict(bounds)
    assert all(of[f"chunk_terms_{n:02}"] == of[f"chunk_{n:02}"] for n in range(16))


def test_an_index_whose_build_was_interrupted_is_made_again(before):
    migrate("0010_chunk_terms")
    run("CREATE INDEX store_file_terms_to_make ON vectorstores_vectorstorefile (id)")

    migrate()

    ((definition,),) = run(
        "SELECT indexdef FROM pg_indexes WHERE indexname = 'store_file_terms_to_make'"
    )
    assert f"terms_version < {VERSION}" in definition
    assert "usage_bytes > 0" in definition


def test_the_new_column_makes_postgres_neither_write_nor_read_the_rows(before):
    """A rewrite gives the table another file, and a check is compared with every row."""
    where = "SELECT pg_relation_filenode('vectorstores_vectorstorefile')"
    checks = (
        "SELECT conname FROM pg_constraint WHERE contype = 'c'"
        " AND conrelid = 'vectorstores_vectorstorefile'::regclass"
    )
    publish(VectorStoreFactory(), "Wombats dig.")
    was = run(where), sorted(run(checks))

    migrate("0011_terms_to_make")

    assert (run(where), sorted(run(checks))) == was


def test_the_new_tables_lock_none_that_is_in_use_but_that_of_files(before):
    """With another, whoever holds the one and wants the other could be in a deadlock with this."""
    executor = MigrationExecutor(connection)
    migration = executor.loader.get_migration("vectorstores", "0010_chunk_terms")
    state = executor.loader.project_state([("vectorstores", "0009_chunk_headings")])
    used = {name for (name,) in run("SELECT relname::text FROM pg_class WHERE relkind = 'r'")}

    with transaction.atomic():
        with connection.schema_editor(atomic=True) as editor:
            migration.apply(state, editor)
        locked = run(
            "SELECT DISTINCT relname::text FROM pg_locks JOIN pg_class ON pg_class.oid = relation"
            " WHERE pid = pg_backend_pid() AND mode IN"
            " ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')"
        )
        transaction.set_rollback(True)

    ours = {name for (name,) in locked} & used
    assert {name for name in ours if not name.startswith("pg_")} == {"vectorstores_vectorstorefile"}
