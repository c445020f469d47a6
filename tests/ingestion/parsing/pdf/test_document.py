from pathlib import Path

import pytest

from ingestion.parsing.attachments import Attachments
from ingestion.parsing.pdf import document, read_pdf
from tests.ingestion.parsing.documents import pdf


@pytest.mark.parametrize("reopen_after_bytes", [1, 1_000, 1_000_000])
def test_a_large_document_is_read_in_parts_with_the_same_result(
    tmp_path: Path,
    attachments: Attachments,
    monkeypatch: pytest.MonkeyPatch,
    reopen_after_bytes: int,
):
    monkeypatch.setattr(document, "_REOPEN_AFTER_BYTES", reopen_after_bytes)
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(*[f"This is page {number}." for number in range(1, 31)]))

    found = [(section.page, section.text) for section in read_pdf(path, attachments)]

    assert found == [(number, f"This is page {number}.") for number in range(1, 31)]


def test_a_page_is_closed_before_the_next_is_opened(tmp_path: Path):
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf("first", "second"))

    pages = document.pages(path)
    _, first = next(pages)
    next(pages)

    assert not first.raw
