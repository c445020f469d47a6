"""The cost of finding the few files that lack embeddings of a generation."""

import pytest
from django.db import connection

from tests.factories import StoreFileFactory, VectorStoreFactory
from tests.vectorstores.plans import queries_of, rows_read
from vectorstores.models import Status, VectorStore
from vectorstores.models.chunks.generations import furthest_file, missing_files

FILES = 5000

# Each file has a chunk, and all but the last have an embedding of the next generation.
MANY = """
WITH files AS (
    INSERT INTO vectorstores_file
    SELECT (jsonb_populate_record(file, jsonb_build_object('id', gen_random_uuid()))).*
      FROM vectorstores_file AS file, generate_series(1, %(files)s) WHERE file.id = %(file)s
 RETURNING id
), rows AS (
    INSERT INTO vectorstores_vectorstorefile
    SELECT (jsonb_populate_record(row, jsonb_build_object(
               'id', nextval('vectorstores_vectorstorefile_id_seq'), 'file_id', files.id,
               'usage_bytes', 1))).*
      FROM vectorstores_vectorstorefile AS row, files WHERE row.id = %(row)s
 RETURNING id, vector_store_id
), chunks AS (
    INSERT INTO chunk (vector_store_id, store_file_id, position, start, tokens, text)
    SELECT vector_store_id, id, 0, 0, 1, 'wombats' FROM rows
)
INSERT INTO chunk_embedding (vector_store_id, generation, store_file_id, position, embedding)
SELECT vector_store_id, 2, id, 0, '[1,2]' FROM rows WHERE id < (SELECT max(id) FROM rows)
"""


@pytest.fixture
def full(store: VectorStore) -> VectorStore:
    known = {"status": Status.COMPLETED, "usage_bytes": 0, "due_at": None}
    row = StoreFileFactory(vector_store=store, **known)
    with connection.cursor() as cursor:
        cursor.execute(MANY, {"files": FILES, "file": row.file_id, "row": row.pk})
        cursor.execute("ANALYZE vectorstores_vectorstorefile, chunk, chunk_embedding")
    return store


def test_after_the_last_embedded_file_only_missing_ones_are_read(full: VectorStore):
    after = furthest_file(full.pk, 2)

    [find] = queries_of(lambda: missing_files(full.pk, 2, after=after, most=256))

    assert rows_read(find, "store_file_with_chunks") == 1


def test_a_scan_of_all_files_reads_each_once(full: VectorStore):
    [find] = queries_of(lambda: missing_files(full.pk, 2, most=256))

    assert rows_read(find, "store_file_with_chunks") == FILES


def test_the_files_of_other_stores_are_not_read(full: VectorStore):
    other = VectorStoreFactory(project=full.project)

    [find] = queries_of(lambda: missing_files(other.pk, 2, most=256))

    assert rows_read(find, "store_file_with_chunks") == 0
