"""bin/venv.sh, in a project of its own whose lock file is a short one."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.live import ROOT


@pytest.fixture
def project(programs: None, tmp_path: Path) -> Path:
    (tmp_path / "bin" / "lock").mkdir(parents=True)
    shutil.copy(ROOT / "bin" / "venv.sh", tmp_path / "bin")
    for name in ("up", "test"):
        (tmp_path / "bin" / "lock" / f"{name}.txt").write_text("# nothing\n")
    return tmp_path


def ensure_venv(project: Path, name: str = "up", **environment: str) -> str:
    """Return what it prints. Raises CalledProcessError if it fails."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f"source {project}/bin/venv.sh; ensure_venv {name}"],
        env={**os.environ, **environment},
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout + done.stderr


def test_the_first_time_it_installs_and_says_so_the_second_time_it_does_nothing(
    project: Path,
) -> None:
    assert "Installing" in ensure_venv(project)
    assert (project / ".venv" / "bin" / "python").exists()

    assert ensure_venv(project, PATH="/usr/bin:/bin", PIP_INDEX_URL="http://127.0.0.1:1") == ""


def test_a_lock_file_that_changed_is_installed(project: Path) -> None:
    ensure_venv(project)
    (project / "bin" / "lock" / "up.txt").write_text("# nothing else\n")

    assert "Installing" in ensure_venv(project)


def test_the_tests_requirements_suffice_to_start(project: Path) -> None:
    ensure_venv(project, "test")

    assert ensure_venv(project, "up") == ""


def test_an_installation_that_failed_is_tried_again(project: Path) -> None:
    lock = project / "bin" / "lock" / "up.txt"
    lock.write_text("no-such-package-anywhere==1.0 --hash=sha256:" + "0" * 64 + "\n")
    with pytest.raises(subprocess.CalledProcessError) as failure:
        ensure_venv(project, PIP_NO_INDEX="1")
    assert "The installation failed; see above." in failure.value.stderr

    lock.write_text("# nothing\n")

    assert "Installing" in ensure_venv(project)


def test_a_virtualenv_whose_python_is_gone_is_made_anew(project: Path) -> None:
    ensure_venv(project)
    python = project / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3")

    assert "Installing" in ensure_venv(project)
    subprocess.run([python, "-c", ""], check=True)


def test_two_at_once_install_once(project: Path) -> None:
    with ThreadPoolExecutor() as pool:
        said = list(pool.map(lambda _: ensure_venv(project), range(2)))

    assert sorted("Installing" in each for each in said) == [False, True]


def test_the_python_to_use_can_be_named(project: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.symlink_to(sys.executable)

    ensure_venv(project, PYTHON=str(mine))

    assert (project / ".venv" / "bin" / "mine").exists()


def test_a_machine_without_python_is_told_what_to_install(project: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("bash", "dirname", "readlink", "mkdir", "flock", "find", "rm", "cmp", "cp"):
        (tools / tool).symlink_to(str(shutil.which(tool)))

    with pytest.raises(subprocess.CalledProcessError) as failure:
        ensure_venv(project, PATH=str(tools))

    assert "Python 3.11 or newer is needed. On Debian 12: apt-get install" in failure.value.stderr


def test_a_python_without_pip_is_told_what_to_install(project: Path, tmp_path: Path) -> None:
    python = tmp_path / "python3.11"
    python.write_text('#!/bin/sh\n[ "$1" = -c ]\n')  # new enough, and knows no modules
    python.chmod(0o755)

    with pytest.raises(subprocess.CalledProcessError) as failure:
        ensure_venv(project, PATH=f"{tmp_path}:{os.environ['PATH']}")

    assert "python3.11 has no pip. On Debian: apt-get install python3-pip" in failure.value.stderr
