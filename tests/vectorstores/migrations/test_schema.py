"""The database that the migrations make from nothing, as Postgres' catalog has it."""

from pathlib import Path

from tests.vectorstores.migrations import catalog

EXPECTED = Path(__file__).with_name("schema.txt")


def test_migrating_from_nothing_makes_the_expected_schema(db):
    """A migration that changes it changes the file as well, where a reviewer sees what it does."""
    assert catalog.schema().splitlines() == EXPECTED.read_text().splitlines()
