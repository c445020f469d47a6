"""Copying chunks from a file of the same project that has the same content."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from vectorstores.models.chunks.tables import delete_chunks
from vectorstores.models.store_files.store_file import VectorStoreFile

# OFFSET 0 fences the innermost query off, and its conditions are those of the index of
# fingerprints. So a file is always found by that index, even if the table is growing, the planner's
# statistics are old, and another index looks cheaper. A store that has just switched its model is
# left out, because the `usage_bytes` of its files are only right once the old embeddings are gone.
_FIND = """
SELECT source.*, wanted.number
  FROM unnest(%(fingerprints)s::uuid[], %(models)s::text[], %(dimensions)s::int[])
       WITH ORDINALITY AS wanted (fingerprint, model, dimensions, number)
 CROSS JOIN LATERAL (
    SELECT file.*
      FROM (SELECT * FROM vectorstores_vectorstorefile
             WHERE fingerprint = wanted.fingerprint AND status = 'completed'
            OFFSET 0) AS file
      JOIN vectorstores_vectorstore AS store ON store.id = file.vector_store_id
     WHERE file.project_id = %(project)s AND file.deleted_at IS NULL AND file.usage_bytes > 0
       AND store.deleted_at IS NULL AND store.embedding_model = wanted.model
       AND store.embedding_dimensions = wanted.dimensions
       AND NOT EXISTS (SELECT FROM vectorstores_reembedding AS change
                        WHERE change.vector_store_id = store.id AND change.finished_at IS NULL
                          AND change.state = 'switched')
     LIMIT 1) AS source
"""

# One statement, so that text, embeddings and terms are of the same moment, at which the source was
# completed with this fingerprint and its store was searched by this model. No terms are copied if
# those of another version have replaced them since.
_COPY = """
WITH source AS (
    SELECT file.id, file.vector_store_id, file.terms_version, store.generation
      FROM vectorstores_vectorstorefile AS file
      JOIN vectorstores_vectorstore AS store ON store.id = file.vector_store_id
     WHERE file.id = %(source)s AND file.status = 'completed' AND file.deleted_at IS NULL
       AND file.fingerprint = %(fingerprint)s AND store.deleted_at IS NULL
       AND store.embedding_model = %(model)s AND store.embedding_dimensions = %(dimensions)s
), texts AS (
    INSERT INTO chunk
           (vector_store_id, store_file_id, position, start, tokens, page, heading, text)
    SELECT %(store)s, %(target)s, position, start, tokens, page, heading, text
      FROM chunk JOIN source ON chunk.vector_store_id = source.vector_store_id
       AND chunk.store_file_id = source.id
 RETURNING 1
), vectors AS (
    INSERT INTO chunk_embedding
           (vector_store_id, generation, store_file_id, position, embedding)
    SELECT %(store)s, %(generation)s, %(target)s, position, embedding
      FROM chunk_embedding AS vector JOIN source
        ON vector.vector_store_id = source.vector_store_id
       AND vector.generation = source.generation AND vector.store_file_id = source.id
 RETURNING 1
), words AS (
    INSERT INTO chunk_terms
           (vector_store_id, store_file_id, position, terms, weights)
    SELECT %(store)s, %(target)s, position, terms, weights
      FROM chunk_terms JOIN source ON chunk_terms.vector_store_id = source.vector_store_id
       AND chunk_terms.store_file_id = source.id AND source.terms_version = %(terms_version)s
 RETURNING 1
)
SELECT (SELECT count(*) FROM texts), (SELECT count(*) FROM vectors), (SELECT count(*) FROM words)
"""


class SourceGone(Exception):
    """The chunks to copy were removed or replaced, so the transaction must be rolled back."""


def find_sources(
    files: Sequence[VectorStoreFile], fingerprints: Sequence[UUID]
) -> list[VectorStoreFile | None]:
    """Find for each file another one that has its fingerprint, and embeddings of its model.

    All of the files belong to one project, and only that is searched.
    """
    if not files:
        return []
    stores = [file.vector_store for file in files]
    values = {
        "project": files[0].project_id,
        "fingerprints": [*fingerprints],
        "models": [store.embedding_model for store in stores],
        "dimensions": [store.embedding_dimensions for store in stores],
    }
    rows: Iterable[Any] = VectorStoreFile.objects.raw(_FIND, values)
    found = {row.number: row for row in rows}
    return [found.get(number) for number, _ in enumerate(files, start=1)]


def copy_chunks(*, source: VectorStoreFile, target: VectorStoreFile) -> None:
    """Copy the chunks of `source`, their embeddings and terms to `target`, within the database.

    Call it in the transaction that completes `target` with the `terms_version` of `source`.
    Raises SourceGone.
    """
    if target.usage_bytes:
        delete_chunks([target])
    values = {
        "source": source.pk,
        "fingerprint": source.fingerprint,
        "terms_version": source.terms_version,
        "store": target.vector_store_id,
        "generation": target.vector_store.generation,
        "model": target.vector_store.embedding_model,
        "dimensions": target.vector_store.embedding_dimensions,
        "target": target.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COPY, values)
        texts, vectors, words = cursor.fetchone()
    if not texts == vectors == words == source.chunks_total:
        raise SourceGone
