from collections.abc import Callable
from pathlib import Path

import pytest

from ingestion.parsing import _parse
from ingestion.parsing.attachments import Attachments
from ingestion.parsing.pdf import read_pdf
from ingestion.parsing.sections import Section


@pytest.fixture
def attachments() -> Attachments:
    """Return a reader of attached files of any kind."""
    return Attachments(_parse)


@pytest.fixture
def sections(tmp_path: Path, attachments: Attachments) -> Callable[[bytes], list[Section]]:
    """Return a function that reads the bytes of a PDF."""

    def read(content: bytes) -> list[Section]:
        path = tmp_path / "a.pdf"
        path.write_bytes(content)
        return list(read_pdf(path, attachments))

    return read


@pytest.fixture
def text(sections: Callable[[bytes], list[Section]]) -> Callable[[bytes], str]:
    return lambda content: "\n\n".join(section.text for section in sections(content))


@pytest.fixture
def without_tesseract(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide tesseract, as if it were not installed."""
    monkeypatch.setenv("PATH", "")
