"""The cost of finding known content in a table that grows faster than it is analyzed."""

from uuid import UUID

from django.db import connection

from tests.factories import StoreFileFactory
from tests.vectorstores.plans import queries_of, rows_read
from vectorstores.models import Status, VectorStore
from vectorstores.models.chunks import find_sources

OTHERS = """
WITH files AS (
    INSERT INTO vectorstores_file
    SELECT (jsonb_populate_record(file, jsonb_build_object('id', gen_random_uuid()))).*
      FROM vectorstores_file AS file, generate_series(1, 5000) WHERE file.id = %(file)s
 RETURNING id
)
INSERT INTO vectorstores_vectorstorefile
SELECT (jsonb_populate_record(row, jsonb_build_object(
           'id', nextval('vectorstores_vectorstorefile_id_seq'), 'file_id', files.id,
           'fingerprint', CASE WHEN %(alike)s THEN row.fingerprint ELSE gen_random_uuid() END))).*
  FROM vectorstores_vectorstorefile AS row, files WHERE row.id = %(row)s
"""


def test_one_row_is_read_among_many_files_and_many_copies(store: VectorStore):
    known = {"status": Status.COMPLETED, "usage_bytes": 1, "due_at": None}
    found = StoreFileFactory(vector_store=store, fingerprint=UUID(int=1), **known)
    for alike in (False, True):
        with connection.cursor() as cursor:
            cursor.execute(OTHERS, {"file": found.file_id, "row": found.pk, "alike": alike})

    wanted = StoreFileFactory(vector_store=store)
    [find] = queries_of(lambda: find_sources([wanted], [UUID(int=1)]))

    assert rows_read(find, "store_file_fingerprint") == 1
