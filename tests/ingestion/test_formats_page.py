"""The page on formats agrees with the code."""

import re

import pytest

from ingestion import last_errors
from ingestion.last_errors import IngestionError
from ingestion.parsing.kinds import SUFFIXES
from tests.live import ROOT

PAGE = (ROOT / "docs" / "formats.md").read_text()
ERRORS = [
    error
    for error in vars(last_errors).values()
    if isinstance(error, type) and issubclass(error, IngestionError) and hasattr(error, "advice")
]


def test_every_name_that_promises_a_format_is_on_the_page_and_no_other():
    table = PAGE.partition("## What is read")[2].partition("\n## ")[0]
    rows = [line.split("|") for line in table.splitlines() if line.startswith("|")]

    named = {name for cells in rows for name in re.findall(r"`(\.\w+)`", cells[2])}

    assert named == set(SUFFIXES)


@pytest.mark.parametrize("error", ERRORS, ids=[error.__name__ for error in ERRORS])
def test_each_message_of_a_failed_file_is_on_the_page(error: type[IngestionError]):
    messages = PAGE.partition("## Messages of failed files")[2].partition("\n## ")[0]

    if error is not last_errors.InvalidFile:  # what the others of its kind say more exactly
        assert f"| {error.advice} " in messages
    assert f"| `{error.code}` |" in messages
    assert f"| {error.opening.removeprefix('The file ')} |" in messages
