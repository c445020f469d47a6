"""Generations of embeddings besides the one that is searched: adding a new, dropping an old one.

A file has all of its embeddings of a generation or none, since they are written in one transaction.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count

from vectorstores.models.chunks.tables import Chunk, ChunkEmbedding
from vectorstores.models.chunks.writing import BYTES_PER_DIMENSION
from vectorstores.models.store_files.store_file import VectorStoreFile

PAGE = 64  # chunks of a file that are in memory at once

# Pairs are compared and ordered in the order of the index store_file_with_chunks, because by file
# keys alone Postgres would read the files of all stores. OFFSET 0 fences the subqueries off, so
# that each costs one lookup in a primary key per file. Joined, they would read the whole
# generation.
_MISSING = """
SELECT file.*
  FROM vectorstores_vectorstorefile AS file
 WHERE (file.vector_store_id, file.id) > (%(store)s, %(after)s)
   AND (file.vector_store_id, file.id) <= (%(store)s, %(last)s)
   AND file.usage_bytes > 0 AND file.deleted_at IS NULL
   AND NOT EXISTS (SELECT FROM chunk_embedding AS vector
                    WHERE vector.vector_store_id = %(store)s
                      AND vector.generation = %(generation)s
                      AND vector.store_file_id = file.id
                   OFFSET 0)
   AND EXISTS (SELECT FROM chunk
                WHERE chunk.vector_store_id = %(store)s AND chunk.store_file_id = file.id
               OFFSET 0)
 ORDER BY file.vector_store_id, file.id
 LIMIT %(most)s
"""
_LAST = 2**63 - 1  # the greatest possible key

_FURTHEST = """
SELECT coalesce(max(store_file_id), 0)
  FROM chunk_embedding
 WHERE vector_store_id = %s AND generation = %s
"""

_NEXT_FILES = """
SELECT DISTINCT store_file_id
  FROM (SELECT store_file_id
          FROM chunk_embedding
         WHERE vector_store_id = %s AND generation = %s AND store_file_id > %s
         ORDER BY store_file_id, position
         LIMIT %s) AS first
"""

# `usage_bytes` still counts the embeddings that were searched when the file was published, so
# dropping these corrects it.
_DROP = """
WITH dropped AS (
    DELETE FROM chunk_embedding
     WHERE vector_store_id = %(store)s AND generation = %(generation)s
       AND store_file_id = ANY(%(files)s)
 RETURNING store_file_id
)
UPDATE vectorstores_vectorstorefile AS file
   SET usage_bytes = file.usage_bytes + counted.chunks * %(difference)s
  FROM (SELECT store_file_id, count(*) AS chunks FROM dropped GROUP BY store_file_id) AS counted
 WHERE file.id = counted.store_file_id AND %(difference)s <> 0
"""


def missing_files(
    store_id: UUID, generation: int, *, after: int = 0, most: int
) -> list[VectorStoreFile]:
    """List files with chunks but without embeddings of this generation, by ascending key."""
    values = {
        "store": store_id,
        "generation": generation,
        "after": after,
        "last": _LAST,
        "most": most,
    }
    return list(VectorStoreFile.objects.raw(_MISSING, values))


def furthest_file(store_id: UUID, generation: int) -> int:
    """Return the greatest key of a file that has embeddings of this generation, 0 if none has."""
    return int(_rows(_FURTHEST, [store_id, generation])[0][0])


def texts_of(store_file: VectorStoreFile) -> Iterator[str]:
    """Read the texts of a file's chunks in order, PAGE at a time. The file may change meanwhile."""
    chunks, after = Chunk.objects.of([store_file]).order_by("position"), -1
    while page := chunks.filter(position__gt=after).values_list("position", "text")[:PAGE]:
        after = page[len(page) - 1][0]
        for _, text in page:
            yield text


def lock_unchanged(store_files: Sequence[VectorStoreFile], generation: int) -> dict[int, int]:
    """Lock the files that are unchanged since they were read and lack this generation.

    They stay so until the transaction ends. Return the number of chunks by file key. Files that
    another transaction has locked are skipped, so this never waits.
    """
    read = {file.pk: (file.fingerprint, file.usage_bytes) for file in store_files}
    rows = VectorStoreFile.objects.live().with_chunks().filter(pk__in=read)
    locked = rows.select_for_update(skip_locked=True, no_key=True)
    unchanged = [file for file in locked if read[file.pk] == (file.fingerprint, file.usage_bytes)]
    # Read under the lock, because before it the embeddings could still change.
    embeddings = ChunkEmbedding.objects.of(unchanged).filter(generation=generation)
    done = set(embeddings.values_list("store_file_id", flat=True).distinct())
    counted = (
        Chunk.objects.of(unchanged).order_by().values("store_file_id").annotate(chunks=Count("*"))
    )
    counts = dict(counted.values_list("store_file_id", "chunks"))
    return {pk: chunks for pk, chunks in counts.items() if pk not in done}


def drop_some(store_id: UUID, generation: int, *, after: int, most: int, difference: int) -> int:
    """Drop about `most` embeddings of a generation, from files after the key `after`.

    Call it in a transaction. Return the last key that was examined, 0 if there was none.
    `difference` is how many bytes a chunk's searched embedding is larger than the one that is
    dropped. Files that another transaction has locked are skipped.
    """
    files = [pk for (pk,) in _rows(_NEXT_FILES, [store_id, generation, after, most])]
    rows = VectorStoreFile.objects.filter(pk__in=files)
    locked = set(rows.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True))
    held = set(rows.values_list("pk", flat=True)) - locked
    values: dict[str, Any] = {
        "store": store_id,
        "generation": generation,
        "files": [pk for pk in files if pk not in held],
        "difference": difference,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DROP, values)
    return max(files, default=0)


def difference_of(*, dimensions: int, old_dimensions: int) -> int:
    """Return how many bytes the embedding of a chunk has grown."""
    return (dimensions - old_dimensions) * BYTES_PER_DIMENSION


def is_any_left(store_id: UUID, generation: int) -> bool:
    return ChunkEmbedding.objects.filter(vector_store_id=store_id, generation=generation).exists()


def _rows(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
