"""The cost of finding the next project in a long queue, in rows that Postgres reads."""

from typing import Any

import pytest
from django.db import connection

from tests.vectorstores.models.store_files.claiming import NOW, SECOND, claimed, due, stores
from tests.vectorstores.plans import queries_of, rows_read
from vectorstores.models import VectorStore, VectorStoreFile

PROJECTS, FILES = 200, 20_000

COPY = """
WITH files AS (
    INSERT INTO vectorstores_file
    SELECT (jsonb_populate_record(file, jsonb_build_object('id', gen_random_uuid()))).*
      FROM vectorstores_file AS file, generate_series(1, %(count)s) WHERE file.id = %(file)s
 RETURNING id
)
INSERT INTO vectorstores_vectorstorefile
SELECT (jsonb_populate_record(
           row, jsonb_build_object('id', nextval(%(ids)s), 'file_id', files.id))).*
  FROM vectorstores_vectorstorefile AS row, files WHERE row.id = %(row)s
"""
IDS = "vectorstores_vectorstorefile_id_seq"


@pytest.fixture
def busy(db: None) -> list[VectorStore]:
    """Create stores in the order of the queue. The first has far more files due than the others."""
    found = stores(PROJECTS)
    (first, *_) = [due(store)[0] for store in found]
    with connection.cursor() as cursor:
        values: dict[str, Any] = {
            "count": FILES - 1,
            "ids": IDS,
            "row": first.pk,
            "file": first.file_id,
        }
        cursor.execute(COPY, values)
        cursor.execute("ANALYZE")
    return found


def test_claiming_reads_few_rows_from_a_long_queue(busy):
    # One test, since creating the queue takes seconds.
    assert VectorStoreFile.objects.due(NOW).filter(vector_store=busy[0]).count() == FILES

    for after in (None, busy[0].project_id, busy[100].project_id, busy[-1].project_id):
        (next_project, *_) = queries_of(lambda after=after: claimed(after=after))
        assert rows_read(next_project, "store_file_turn") <= 2  # claimed rows are skipped

    # Nothing is due, so a row of each project is read.
    (next_project, *_) = queries_of(lambda: claimed(NOW - 2 * SECOND))
    assert PROJECTS - 1 <= rows_read(next_project, "store_file_turn") <= PROJECTS

    for large in (True, False):
        group = queries_of(
            lambda large=large: claimed(most_files=16, most_claimed=100, large=large)
        )
        (files,) = (statement for statement in group if "SKIP LOCKED" in statement)
        (share,) = (statement for statement in group if "COUNT" in statement)
        assert rows_read(files, "store_file_turn") == 16
        assert rows_read(share, "store_file_claimed") <= 40
