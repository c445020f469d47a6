"""The schema that the migrations create in an empty database."""

from pathlib import Path

from tests.vectorstores.migrations import catalog

EXPECTED = Path(__file__).with_name("schema.txt")

COLUMNS = """
SELECT tablename, indexname, array_to_string(indkey::int[], ' ')
FROM pg_indexes
JOIN pg_class ON relname = indexname
JOIN pg_index ON indexrelid = pg_class.oid
JOIN pg_am ON pg_am.oid = relam
WHERE tablename LIKE 'vectorstores!_%%' ESCAPE '!' AND indpred IS NULL AND amname = 'btree'
    AND indexname NOT LIKE '%%!_like' ESCAPE '!'  -- of Django, with another operator class
"""


def test_migrating_an_empty_database_creates_the_expected_schema(db):
    # A migration that changes the schema changes schema.txt too, for the reviewer to see.
    assert catalog.schema().splitlines() == EXPECTED.read_text().splitlines()


def test_no_index_is_a_prefix_of_another(db):
    rows = catalog.rows(COLUMNS)

    doubled = [
        (name, other)
        for table, name, columns in rows
        for other_table, other, more in rows
        if table == other_table and name != other and f"{more} ".startswith(f"{columns} ")
    ]

    assert rows
    assert not doubled
