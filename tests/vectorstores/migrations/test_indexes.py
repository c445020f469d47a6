"""Indexes as the migrations leave them in the database, which Django's state does not show."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

COLUMNS = """
SELECT tablename, indexname, array_to_string(indkey::int[], ' ')
FROM pg_indexes
JOIN pg_class ON relname = indexname
JOIN pg_index ON indexrelid = pg_class.oid
JOIN pg_am ON pg_am.oid = relam
WHERE tablename LIKE 'vectorstores!_%' ESCAPE '!' AND indpred IS NULL AND amname = 'btree'
    AND indexname NOT LIKE '%!_like' ESCAPE '!'  -- Django's, of another order
"""


def read(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


@pytest.fixture
def before(transactional_db: None) -> Iterator[None]:
    """The database as it was before counts had their index."""
    MigrationExecutor(connection).migrate([("vectorstores", "0003_uploads")])
    yield
    migrate()


def migrate() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_no_index_is_the_beginning_of_another(db):
    rows = read(COLUMNS)

    doubled = [
        (name, other)
        for table, name, columns in rows
        for other_table, other, more in rows
        if table == other_table and name != other and f"{more} ".startswith(f"{columns} ")
    ]

    assert rows
    assert not doubled


def test_a_build_that_was_interrupted_is_made_again(before):
    with connection.cursor() as cursor:
        # An invalid one cannot be made on purpose; that the name is taken is what matters.
        cursor.execute("CREATE INDEX store_file_counts ON vectorstores_vectorstorefile (id)")

    migrate()

    (definition,) = read("SELECT indexdef FROM pg_indexes WHERE indexname = 'store_file_counts'")
    assert "INCLUDE (status, usage_bytes, file_id)" in definition[0]


def test_going_back_brings_the_indexes_of_the_foreign_keys_again(before):
    indexed = {columns for table, _, columns in read(COLUMNS) if table.endswith("storefile")}

    migrate()

    assert {columns for table, _, columns in read(COLUMNS) if table.endswith("storefile")} < indexed
