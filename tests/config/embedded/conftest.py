import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.embedded.datadir import DataDir
from config.embedded.processes import Supervisor

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become another user")


@pytest.fixture
def home(programs: None) -> Iterator[Path]:
    """Yield a directory that any account may pass through, unlike tmp_path."""
    path = Path(tempfile.mkdtemp(prefix="vectorstores-tests-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def data(home: Path) -> Iterator[DataDir]:
    data = DataDir.hold(home / "data")
    yield data
    data.release()


@pytest.fixture
def notices() -> list[str]:
    """Collect the lines that the supervisor writes for the person at the terminal."""
    return []


@pytest.fixture
def supervisor(programs: None, notices: list[str]) -> Iterator[Supervisor]:
    supervisor = Supervisor(notices.append)
    yield supervisor
    supervisor.stop()


def eventually(happens: Callable[[], object], *, within: float = 10.0) -> None:
    """Wait until `happens()` is true, or fail."""
    deadline = time.monotonic() + within
    while not happens():
        assert time.monotonic() < deadline, f"did not happen within {within} s"
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    """Return whether the process runs, so not for one that is dead and not yet reaped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
