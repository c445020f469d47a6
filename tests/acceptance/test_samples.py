"""The documents in docs/samples, through the API and the real model, and found by questions."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from openai import OpenAI

from tests.live import ROOT, StartService

SAMPLES = ROOT / "docs" / "samples"


def questions() -> list[tuple[str, str, str]]:
    """Return (file, question, the answer's words) from the table in the samples' README."""
    lines = (SAMPLES / "README.md").read_text().splitlines()
    table = [line.strip("| ") for line in lines if line.startswith("|")][2:]
    rows = csv.reader(
        (row.replace(r"\|", "\x00") for row in table),
        delimiter="|",
        quotechar=None,
        quoting=csv.QUOTE_NONE,
    )
    return [tuple(cell.strip().replace("\x00", "|") for cell in row) for row in rows]  # type: ignore[misc]


@pytest.fixture(scope="module")
def library(whole_service: StartService) -> Iterator[tuple[OpenAI, str]]:
    """Yield a client, and the id of the store that holds every sample."""
    with whole_service(EMBEDDING_BACKEND="local") as live:
        client = live.client
        store = client.vector_stores.create(name="Kingfisher")
        paths = [SAMPLES / name for name in sorted({file for file, _, _ in questions()})]
        batch = client.vector_stores.file_batches.upload_and_poll(store.id, files=paths)
        assert batch.file_counts.completed == len(paths)
        yield client, store.id


def test_there_is_a_sample_of_each_kind():
    kinds = {Path(file).suffix for file, _, _ in questions()}

    assert kinds >= {".pdf", ".docx", ".pptx", ".html", ".md", ".txt", ".csv", ".json", ".py"}


@pytest.mark.parametrize(("file", "question", "answer"), questions())
def test_a_question_finds_its_answer_in_its_file(library, file, question, answer):
    client, store_id = library

    hits = client.vector_stores.search(store_id, query=question).data

    read = [" ".join(hit.content[0].text.split()) for hit in hits if hit.filename == file]
    assert any(answer in text for text in read), [(hit.filename, hit.score) for hit in hits]
