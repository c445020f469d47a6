"""The sample documents hold the facts that their README lists, each in one document only."""

import re
import runpy
from pathlib import Path

import pytest

from ingestion.parsing import parse

SAMPLES = Path(__file__).parents[3] / "docs" / "samples"
FORMATS = {".csv", ".docx", ".html", ".json", ".md", ".pdf", ".pptx", ".py", ".txt"}


def promises() -> list[tuple[str, str]]:
    """Return (file, words of the answer) from each row of the README's table."""
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\S+\.\w+) \| .+? \| (.+) \|$", readme, re.MULTILINE)
    return [(file, words.replace("\\|", "|")) for file, words in rows]


def words_of(path: Path) -> str:
    text = " ".join(section.text for section in parse(path, path.name))
    return " ".join(text.split())


@pytest.fixture(scope="module")
def documents() -> dict[str, str]:
    return {
        path.name: words_of(path)
        for path in SAMPLES.iterdir()
        if path.is_file() and path.name != "README.md"
    }


@pytest.mark.parametrize(("file", "words"), promises())
def test_an_answer_is_in_its_document_and_in_no_other(
    file: str, words: str, documents: dict[str, str]
):
    assert [name for name, text in documents.items() if words in text] == [file]


def test_every_document_has_a_question_and_every_format_a_document(documents: dict[str, str]):
    assert {file for file, _ in promises()} == set(documents)
    assert {Path(name).suffix for name in documents} == FORMATS


def test_the_generated_files_match_their_sources(documents: dict[str, str], tmp_path: Path):
    make = runpy.run_path(str(SAMPLES / "source" / "make.py"))
    writers = {".docx": make["word"], ".pptx": make["powerpoint"], ".pdf": make["pdf"]}

    for source in sorted((SAMPLES / "source").glob("*.md")):
        [name] = [name for name in documents if Path(name).stem == source.stem]
        written = tmp_path / name
        written.write_bytes(writers[written.suffix](source.stem))
        assert words_of(written) == documents[name]
