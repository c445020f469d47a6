from collections.abc import Callable
from pathlib import Path

import pytest

from ingestion.chunking.document import document_text
from ingestion.parsing import Section, parse

Read = Callable[..., str]
Sections = Callable[[bytes, str], list[Section]]


@pytest.fixture
def sections(tmp_path: Path) -> Callable[[bytes, str], list[Section]]:
    """Return a function that parses bytes under a user's filename."""

    def parsed(content: bytes, filename: str) -> list[Section]:
        path = tmp_path / "stored-under-another-name"
        path.write_bytes(content)
        return list(parse(path, filename))

    return parsed


@pytest.fixture
def text(sections: Callable[[bytes, str], list[Section]]) -> Callable[[bytes, str], str]:
    """Return a function that parses bytes to their whole text."""
    return lambda content, filename: document_text(sections(content, filename))
