"""bin/commit_subject.py, as the commit-msg hook runs it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.environment import ROOT

SCRIPT = ROOT / "bin" / "commit_subject.py"


def check(message: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = folder / "COMMIT_EDITMSG"
    path.write_text(message)
    return subprocess.run(
        [sys.executable, SCRIPT, path], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "subject",
    [
        "Add a reader for RTF",
        "Pass the clock as an argument",
        "Embed questions in one request",
        "Re-embed a store while it is searched",
        "Revert the last change of the lexicon",
        "fixup! Add a reader for RTF",
        "S" + "e" * 71,
    ],
)
def test_an_imperative_of_at_most_72_characters_is_accepted(subject: str, tmp_path: Path):
    done = check(f"{subject}\n\nBecause it was missing. It was.\n", tmp_path)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("subject", "wrong"),
    [
        ("", "is empty"),
        ("S" + "e" * 72, "has 73 characters"),
        ("Add a reader for RTF.", "ends with a full stop"),
        ("add a reader for RTF", "not with a capitalised verb"),
        ("feat: add a reader for RTF", "not with a capitalised verb"),
        ("Added a reader for RTF", "begins with 'Added', not with an imperative"),
        ("Adds a reader for RTF", "begins with 'Adds', not with an imperative"),
        ("Adding a reader for RTF", "begins with 'Adding', not with an imperative"),
        ("The reader for RTF", "begins with 'The', not with an imperative"),
        ("fixup! Added a reader for RTF", "begins with 'Added', not with an imperative"),
    ],
)
def test_any_other_subject_is_refused_with_the_reason(subject: str, wrong: str, tmp_path: Path):
    done = check(f"{subject}\n", tmp_path)

    assert done.returncode == 1
    assert wrong in done.stderr
