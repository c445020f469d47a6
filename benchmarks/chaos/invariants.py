"""The invariants once everything has come to rest, whatever happened before.

Each is one query, or one comparison with the text that a file's name stands for.
"""

from collections.abc import Iterator

import psycopg
from openai import OpenAI

from benchmarks.chaos.feeding import Promised, is_broken, text_of
from ingestion.chunking import chunks
from ingestion.parsing import Section
from vectorstores import ids

IN_PROGRESS = """
SELECT count(*) FROM vectorstores_vectorstorefile AS file
  JOIN vectorstores_vectorstore AS store ON store.id = file.vector_store_id
 WHERE file.status = 'in_progress' AND file.deleted_at IS NULL
"""
FILES = """
SELECT file.id, store.id, upload.id, upload.filename, file.status, file.last_error_code,
       file.last_error_message, file.usage_bytes, file.chunks_done, file.chunks_total,
       file.claimed_at, file.due_at, file.batch_id, store.generation
  FROM vectorstores_vectorstorefile AS file
  JOIN vectorstores_vectorstore AS store ON store.id = file.vector_store_id
  JOIN vectorstores_file AS upload ON upload.id = file.file_id
 WHERE file.deleted_at IS NULL
"""
CHUNKS = "SELECT position, text FROM chunk WHERE store_file_id = %s ORDER BY position"
VECTORS = """
SELECT position FROM chunk_embedding
 WHERE store_file_id = %s AND generation = %s ORDER BY position
"""
WITHOUT_OWNER = """
SELECT count(*) FROM {} AS part
 WHERE NOT EXISTS (SELECT FROM vectorstores_vectorstorefile AS file
                    WHERE file.id = part.store_file_id AND file.status = 'completed'
                      AND file.deleted_at IS NULL)
"""


def in_progress(database: psycopg.Connection) -> int:
    return database.execute(IN_PROGRESS).fetchone()[0]


def violations(database: psycopg.Connection, client: OpenAI, promised: Promised) -> Iterator[str]:
    """Return a sentence for each invariant that does not hold."""
    rows = database.execute(FILES).fetchall()
    yield from _not_there(rows, promised)
    for row in rows:
        yield from _file(database, row, promised)
    for table in ("chunk", "chunk_embedding"):
        (orphans,) = database.execute(WITHOUT_OWNER.format(table)).fetchone()
        if orphans:
            yield f"{orphans} rows of {table} belong to no completed file"
    yield from _counts(client, rows)


def _not_there(rows: list[tuple], promised: Promised) -> Iterator[str]:
    there = {(ids.VECTOR_STORE.encode(row[1]), ids.FILE.encode(row[2])) for row in rows}
    for store, file in promised.attached - there:
        yield f"{file} was attached to {store} and is not there"


def _file(database: psycopg.Connection, row: tuple, promised: Promised) -> Iterator[str]:
    key, _, _, name, status, code, message, usage, done, total, claimed, due, batch, gen = row
    if claimed or due:
        yield f"{name} is {status} and still claimed or due"
    if status == "cancelled" and batch and ids.FILE_BATCH.encode(batch) in promised.cancelled:
        return
    if is_broken(name):
        if (status, code) != ("failed", "invalid_file"):
            yield f"{name} cannot be read, and is {status}"
        return
    if status != "completed":
        yield f"{name} is {status}: {code} {message}"
        return
    kept = database.execute(CHUNKS, [key]).fetchall()
    vectors = database.execute(VECTORS, [key, gen]).fetchall()
    wanted = [chunk.text for chunk in chunks([Section(text_of(name))])]
    if kept != list(enumerate(wanted)):
        yield f"{name} has other chunks than its text"
    if [position for (position,) in vectors] != list(range(len(wanted))):
        yield f"{name} has {len(vectors)} embeddings for {len(wanted)} chunks"
    if not done == total == len(wanted):
        yield f"{name} says that it has {done} of {total} chunks, of {len(wanted)}"
    size = sum(len(text.encode()) for text in wanted) + len(wanted) * DIMENSIONS * 2
    if usage != size:
        yield f"{name} uses {usage} bytes and not {size}"


def _counts(client: OpenAI, rows: list[tuple]) -> Iterator[str]:
    """Compare the counts of the API with the rows themselves."""
    for store in client.vector_stores.list(limit=100):
        counted = store.file_counts.model_dump()
        mine = [row[4] for row in rows if ids.VECTOR_STORE.encode(row[1]) == store.id]
        real = {status: mine.count(status) for status in counted if status != "total"}
        if counted != {**real, "total": len(mine)}:
            yield f"{store.id} counts {counted}, of {real}"


DIMENSIONS = 64
