import re
from pathlib import Path

import pytest

from ingestion.last_errors import IngestionError
from ingestion.parsing import parse
from tests.ingestion.hostile.conftest import LIMITS
from tests.ingestion.hostile.corpus import Hostile, files
from tests.ingestion.hostile.measuring import Measured
from tests.ingestion.hostile.reading import SECRET, Trap, is_expected, outcome
from tests.ingestion.sandboxed import sandboxed

CORPUS = files()
SHARED = 400 * 1024**2  # memory that children share, so it exists once
SENTENCES = re.compile(r"([A-Z(].*[.?!])")


def chunks_of(file: Hostile, path: Path, bait: Trap, measured: Measured):
    file.build(path, bait.bait)
    return sandboxed(measured.sandbox, path, file.name)


def test_the_corpus_has_many_files_of_every_kind():
    kinds = {Path(file.name).suffix for file in CORPUS}

    assert len(CORPUS) >= 350
    assert kinds >= {
        *(".txt", ".md", ".html", ".xml", ".json", ".jsonl", ".yaml", ".csv", ".ipynb", ".py"),
        *(".docx", ".xlsx", ".pptx", ".odt", ".ods", ".epub", ".pdf", ".png", ".eml"),
        *(".doc", ".xls", ".ppt", ".msg", ".rtf", ".xlsb", ".odp", ".rst", ".tex", ".org"),
    }


@pytest.mark.parametrize("file", CORPUS, ids=[file.name for file in CORPUS])
def test_reading_a_hostile_file_ends_as_expected(
    file: Hostile, tmp_path: Path, bait: Trap, measured: Measured
):
    chunks = chunks_of(file, tmp_path / "stored-under-another-name", bait, measured)

    ended = outcome(file, chunks)

    assert is_expected(file, ended), (ended, file.about)
    if isinstance(ended, IngestionError):
        assert SENTENCES.fullmatch(str(ended)), str(ended)
        assert ended.code in ("invalid_file", "unsupported_file")
    assert measured.usage[-1].memory < LIMITS.memory_bytes + SHARED
    assert measured.left_behind() == []


BAITED = [file for file in CORPUS if file.baited]


@pytest.mark.parametrize("file", BAITED, ids=[file.name for file in BAITED])
def test_a_hostile_file_reaches_nothing_outside_even_without_a_sandbox(
    file: Hostile, tmp_path: Path, bait: Trap
):
    file.build(path := tmp_path / "stored-under-another-name", bait.bait)
    text = ""

    try:
        for section in parse(path, file.name):
            text += section.text
    except IngestionError as error:
        assert is_expected(file, error)

    assert SECRET not in text
    assert bait.is_untouched()


def test_hostile_files_leave_the_sandbox_unchanged(tmp_path: Path, bait: Trap, measured: Measured):
    for file in CORPUS[:3]:  # since this test may run alone
        outcome(file, chunks_of(file, tmp_path / file.name, bait, measured))
    path = tmp_path / "honest.txt"
    path.write_text("An honest text.")

    [chunk] = sandboxed(measured.sandbox, path, "honest.txt")

    assert chunk.text == "An honest text."
    assert len(measured.zygotes) == 1
    assert measured.memory() < SHARED
    assert measured.left_behind() == []
    assert bait.is_untouched()
    assert not Path("/tmp/climbed-out").exists()
