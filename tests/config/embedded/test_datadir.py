import os
import socket
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded.datadir import LOG_LIMIT, DataDir, free_port, is_free
from config.embedded.start_errors import DataDirInUse, DataDirUnusable


@pytest.fixture
def ordinary_user() -> Iterator[None]:
    """Become an ordinary user, because file permissions mean nothing to root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    yield
    os.seteuid(0)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def test_a_data_dir_is_held_by_one_at_a_time(home: Path, data: DataDir) -> None:
    started = time.monotonic()

    with pytest.raises(DataDirInUse, match=f"already serves {home}/data"):
        DataDir.hold(home / "data")

    assert time.monotonic() - started < 5


def test_a_released_data_dir_can_be_held_again(tmp_path: Path) -> None:
    DataDir.hold(tmp_path).release()

    DataDir.hold(tmp_path).release()


def test_holding_waits_for_the_programs_of_a_run_that_was_killed(tmp_path: Path) -> None:
    data = DataDir.hold(tmp_path)
    lingering = subprocess.Popen(["sleep", "0.5"], pass_fds=[data.children_lock])
    data.release()

    DataDir.hold(tmp_path).release()

    assert lingering.poll() is not None


def test_holding_does_not_wait_forever_for_the_programs_of_another_run(tmp_path: Path) -> None:
    data = DataDir.hold(tmp_path)
    lingering = subprocess.Popen(["sleep", "60"], pass_fds=[data.children_lock])
    data.release()

    with pytest.raises(DataDirInUse):
        DataDir.hold(tmp_path, patience=0.1)

    lingering.kill()
    lingering.wait()


def test_a_read_only_data_dir_is_named_in_one_line(home: Path, ordinary_user: None) -> None:
    with pytest.raises(DataDirUnusable, match=rf"{home}/data: Permission denied\. Set DATA_DIR"):
        DataDir.hold(home / "data")


def test_a_file_is_no_data_dir(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(DataDirUnusable, match="Not a directory"):
        DataDir.hold(tmp_path / "file")


def test_a_secret_is_made_once_and_only_its_owner_can_read_it(data: DataDir) -> None:
    first = data.remember("key", lambda: "first")
    second = data.remember("key", lambda: "second")

    assert first == second == "first"
    assert stat.S_IMODE((data.path / "secrets").stat().st_mode) == 0o700
    assert stat.S_IMODE((data.path / "secrets" / "key").stat().st_mode) == 0o600


def test_a_port_stays_the_same(data: DataDir) -> None:
    assert data.port("web") == data.port("web")


def test_a_port_taken_by_another_program_is_replaced_for_good(
    data: DataDir, listener: socket.socket
) -> None:
    taken = listener.getsockname()[1]
    data.keep("web", str(taken))

    port = data.port("web")

    assert port != taken
    assert data.port("web") == port


def test_a_port_is_free_until_a_program_listens_on_it(listener: socket.socket) -> None:
    assert not is_free(listener.getsockname()[1])
    assert is_free(free_port())


def test_a_log_grown_large_is_set_aside(data: DataDir) -> None:
    with data.log("web").open("wb") as log:
        log.truncate(LOG_LIMIT + 1)

    log_path = data.log("web")

    assert not log_path.exists()
    assert (data.path / "logs" / "web.log.1").stat().st_size == LOG_LIMIT + 1
