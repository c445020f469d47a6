"""The tree is the first documentation: a stranger finds the place to change by names alone."""

from collections import Counter
from pathlib import Path

import pytest

from tests.environment import ROOT

PACKAGES = ("config", "ingestion", "vectorstores")
# One noun through the layers: the model, service, serializer, view and admin page of an object.
NOUNS = {"batches", "files", "keys", "projects", "search", "store_files", "stores", "uploads"}
ENTRIES = {"ingestion": 17, "vectorstores": 28}
LONGEST = 400  # lines: beyond that a file is more than one concept


def modules() -> list[Path]:
    """Return the files of our packages, migrations left out."""
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    assert found
    return [path for path in found if path.parent.name != "migrations"]


@pytest.mark.parametrize("package", ENTRIES)
def test_a_package_is_seen_at_a_glance(package: str):
    entries = {path.name for path in (ROOT / package).iterdir()} - {"__init__.py", "__pycache__"}

    assert len(entries) <= ENTRIES[package], sorted(entries)


def test_no_file_is_more_than_one_concept():
    lines = {path: len(path.read_text().splitlines()) for path in modules()}

    assert {str(path): count for path, count in lines.items() if count > LONGEST} == {}


def test_a_file_name_tells_which_file_is_meant():
    folders = Counter(path.name for path in modules() if path.stem not in {*NOUNS, "__init__"})

    assert {name: count for name, count in folders.items() if count > 3} == {}
