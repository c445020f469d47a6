"""Both servers under a supervisor in a process of its own, which is killed or somebody else's."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from config.embedded.machine import Account
from tests.config.embedded.conftest import as_root, eventually, is_running

ROOT = Path(__file__).parents[3]


@contextmanager
def serving(
    data: Path, *, python: str = sys.executable, account: Account | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Run `python -m tests.config.embedded.serving`, and stop it by the end of its input."""
    path = [str(ROOT), sysconfig.get_path("purelib")]
    with subprocess.Popen(
        [python, "-m", "tests.config.embedded.serving", str(data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": ":".join(path), "PYTHONDONTWRITEBYTECODE": "1"},
        **(account.as_user() if account else {"cwd": ROOT}),
    ) as process:
        yield process


def database(process: subprocess.Popen[str]) -> str:
    """Wait for the database, and return its URL."""
    assert process.stdout
    url: str = json.loads(process.stdout.readline())[0]
    return url


def test_killed_outright_it_leaves_no_process_and_can_be_started_again(home: Path) -> None:
    with serving(home / "data") as first:
        url = database(first)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS id")
        family = psutil.Process(first.pid).children(recursive=True)
        assert len(family) > 2
        first.kill()

    with serving(home / "data") as second:
        assert database(second) == url
        assert not any(is_running(process.pid) for process in family)
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT id FROM kept").fetchall() == [(1,)]


def test_a_second_one_on_the_same_data_is_refused(home: Path) -> None:
    with serving(home / "data") as first:
        database(first)

        refused = subprocess.run(
            [sys.executable, "-m", "tests.config.embedded.serving", str(home / "data")],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    assert "Another process already serves" in refused.stderr


@as_root
def test_an_ordinary_user_with_a_closed_home_runs_it_as_himself(home: Path) -> None:
    user = Account.unprivileged()
    python = _python_for(user)
    closed = home / "user"
    closed.mkdir(mode=0o700)
    os.chown(closed, user.uid, user.gid)

    with serving(closed / "data", python=python, account=user) as process:
        url = database(process)
        family = psutil.Process(process.pid).children(recursive=True)
        assert {each.uids().real for each in family} == {user.uid}
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT 1").fetchall() == [(1,)]

    assert not (closed / "data" / "postgres").is_symlink()
    eventually(lambda: not any(is_running(each.pid) for each in family))


def _python_for(user: Account) -> str:
    """Return a Python of our version that this account can run; ours may lie in root's home."""
    candidates = (sys.executable, shutil.which("python3.11", path="/usr/local/bin:/usr/bin"))
    packages = Path(sysconfig.get_path("purelib"))
    for python in filter(None, candidates):
        if user.can_enter(Path(python)) and user.can_enter(packages) and user.can_enter(ROOT):
            return python
    pytest.skip("no Python or packages outside of root's home")
