"""The clients' virtualenvs: how they are made and kept, with requirements that name nothing."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.contract.clients import environments


@pytest.fixture
def requirements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(environments, "HERE", tmp_path)
    monkeypatch.setattr(environments, "KEPT", tmp_path / ".clients")
    path = tmp_path / "requirements" / "nothing.txt"
    path.parent.mkdir()
    path.write_text("# nothing\n")
    return path


def marked() -> Path:
    """Put a file into the virtualenv, which is gone when it is made anew."""
    mark = environments.python("nothing").parent / "mark"
    mark.touch()
    return mark


def test_a_virtualenv_is_made_once(requirements: Path):
    mark = marked()

    environments.python("nothing")

    assert mark.exists()


def test_requirements_that_changed_are_installed(requirements: Path):
    mark = marked()
    requirements.write_text("# nothing else\n")

    environments.python("nothing")

    assert not mark.exists()


def test_one_that_was_left_half_made_is_made_anew(
    requirements: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    requirements.write_text("no-such-package-anywhere==1.0\n")
    with pytest.raises(RuntimeError, match="No matching distribution found for no-such-package"):
        environments.python("nothing")

    with pytest.raises(RuntimeError, match="No matching distribution found for no-such-package"):
        environments.python("nothing")
    requirements.write_text("# nothing\n")
    assert environments.python("nothing").exists()


def test_one_whose_python_is_gone_is_made_anew(requirements: Path):
    python = environments.python("nothing")
    python.unlink()
    python.symlink_to("/nowhere/python3")

    assert environments.python("nothing").exists()


def test_two_runs_at_once_make_it_once(requirements: Path, monkeypatch: pytest.MonkeyPatch):
    made = []
    make = environments._make_virtualenv
    monkeypatch.setattr(
        environments, "_make_virtualenv", lambda *paths: [made.append(paths), make(*paths)]
    )

    with ThreadPoolExecutor() as pool:
        list(pool.map(environments.python, ["nothing"] * 3))

    assert len(made) == 1
