"""Copying the chunks of content that a project has already, from one of its files to another."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from vectorstores.models.chunks.tables import delete_chunks
from vectorstores.models.store_files.store_file import VectorStoreFile

# The innermost query is fenced off, and says no more than the index of fingerprints does, so that
# one copy of a content that has many is looked up by that, however little the planner knows yet of
# a table that fills, and whatever other index it could read from its beginning. A store that has
# just changed its model is left out, because the `usage_bytes` of its files are only put right
# while the old embeddings are dropped.
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

# One statement, so that text, embeddings and terms are read as of the same moment, in which their
# owner was completed with this fingerprint, and its store searched by this model. If its terms were
# replaced by those of another version meanwhile, none are copied.
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
    """The chunks to be copied were removed, or are being replaced: undo the transaction."""


def find_sources(
    files: Sequence[VectorStoreFile], fingerprints: Sequence[UUID]
) -> list[VectorStoreFile | None]:
    """Find for each file another one of the project that has its fingerprint, and embeddings of its
    model. The files are of one project.
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
    """Give `target` the chunks of `source`, their embeddings and their terms.

    Nothing leaves the database. To be called in the transaction that completes `target`, with the
    `terms_version` of `source`. Raises SourceGone.
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
