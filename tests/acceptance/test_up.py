"""`bin/up` as a person meets it, without the virtualenv around it: started, used, hurt, stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import psutil
import pytest

from tests.live import NOT_INHERITED, ROOT, free_port, wait_until

pytestmark = pytest.mark.timeout(240)


@dataclass
class Up:
    """A started `up`, and what it has printed so far."""

    process: subprocess.Popen[bytes]
    data: Path
    port: int
    log: Path

    @property
    def output(self) -> str:
        return self.log.read_text()

    def wait_for(self, words: str, *, seconds: float = 90) -> None:
        wait_until(lambda: words in self.output or self.process.poll() is not None, seconds=seconds)
        assert words in self.output

    def family(self) -> dict[int, str]:
        """Return the processes below it, with their command lines."""
        found = {}
        for each in psutil.Process(self.process.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):  # it has ended since, as those of a start do
                found[each.pid] = " ".join(each.cmdline())
        return found

    def pid_of(self, words: str) -> int:
        """Wait for the child whose command line has these words, and return its id."""
        wait_until(lambda: self._children_with(words), seconds=10)
        return self._children_with(words)[0]

    def _children_with(self, words: str) -> list[int]:
        children = psutil.Process(self.process.pid).children()
        return [each.pid for each in children if words in " ".join(each.cmdline())]


@pytest.fixture
def data(whole_service: object) -> Iterator[Path]:
    with passable_directory() as home:
        yield home / "data"


@pytest.fixture(scope="module")
def running(whole_service: object) -> Iterator[Up]:
    """Yield one service for the tests that leave it as they found it."""
    with passable_directory() as home, up(home / "data") as service:
        service.wait_for("Ctrl-C")
        yield service


@contextmanager
def passable_directory() -> Iterator[Path]:
    """Yield a directory that, unlike tmp_path, Postgres's account may pass through."""
    with TemporaryDirectory(prefix="vectorstores-up-") as home:
        Path(home).chmod(0o711)
        yield Path(home)


@contextmanager
def up(data: Path, *arguments: str, **environment: str) -> Iterator[Up]:
    """Start the service, by default with the hashing embedder, and stop it in the end."""
    port = free_port()
    log = data.parent / f"up-{port}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command(*arguments),
            stdout=out,
            stderr=out,
            cwd="/",
            env={
                **inherited(),
                "DATA_DIR": str(data),
                "PORT": str(port),
                "COLUMNS": "200",
                "EMBEDDING_BACKEND": "hashing",
                **environment,
            },
        )
    try:
        yield Up(process, data, port, log)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def refused(data: Path, **environment: str) -> str:
    """Return the line with which `up` refuses to start, and check that it is a failure."""
    done = subprocess.run(
        command(),
        cwd="/",
        env={**inherited(), "DATA_DIR": str(data), "PORT": str(free_port()), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    return done.stderr


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "config.up", *arguments]


def inherited() -> dict[str, str]:
    environment = {k: v for k, v in os.environ.items() if k not in NOT_INHERITED}
    return {**environment, "PYTHONPATH": str(ROOT)}


def names(data: Path, process: psutil.Process) -> bool:
    """Return True if a process was told of this directory, and runs."""
    told = " ".join(process.info["cmdline"] or ())
    return str(data) in told and process.status() != psutil.STATUS_ZOMBIE


def is_running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def snippet_in(output: str) -> str:
    return output[output.index("from openai") : output.index("Ctrl-C")]


def test_a_first_start_runs_the_demo_and_its_snippet_works(data: Path) -> None:
    with up(data, "--demo", EMBEDDING_BACKEND="local", API_KEY="sk-chosen") as service:
        service.wait_for("┘")  # the end of the table

        assert f"http://127.0.0.1:{service.port}/v1" in service.output
        assert "admin / " in service.output
        answers = ("four and a half hours", "twenty weeks of parental leave", "has your key")
        for answer in answers:
            assert answer in " ".join(service.output.replace("│", " ").split())
        pasted = subprocess.run(
            [sys.executable, "-c", snippet_in(service.output)],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        assert pasted.stdout.strip()

    with up(data, "--demo", EMBEDDING_BACKEND="local", API_KEY="sk-chosen") as again:
        again.wait_for("┘")

        assert "Uploading" not in again.output
        assert "admin / " not in again.output


def test_a_second_start_has_the_same_database_and_the_same_key(data: Path) -> None:
    cluster = data / "postgres" / "cluster" / "PG_VERSION"
    with up(data) as first:
        first.wait_for("Ctrl-C")
        made = cluster.stat().st_mtime_ns
    with up(data) as second:
        second.wait_for("Ctrl-C")

        assert cluster.stat().st_mtime_ns == made
        key = (data / "secrets" / "api_key").read_text()
        assert key in first.output
        assert key in second.output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_everything_stops_within_ten_seconds(data: Path, number: signal.Signals) -> None:
    with up(data) as service:
        service.wait_for("Ctrl-C")
        family = service.family()
        asked = time.monotonic()
        service.process.send_signal(number)
        service.process.wait(timeout=30)

        assert time.monotonic() - asked < 10
        assert service.process.returncode == 0
        assert not [command for pid, command in family.items() if is_running(pid)]


def test_stopping_while_it_starts_leaves_nothing_behind(data: Path) -> None:
    with up(data) as service:
        service.wait_for("Starting")
        wait_until(service.family, seconds=10)
        family = service.family()
        service.process.send_signal(signal.SIGINT)
        service.process.wait(timeout=30)

        assert service.process.returncode == 0
        assert not [command for pid, command in family.items() if is_running(pid)]
        assert not [other for other in psutil.process_iter(["cmdline"]) if names(data, other)]


def test_a_kill_leaves_nothing_behind_and_it_can_be_started_again(data: Path) -> None:
    with up(data) as service:
        service.wait_for("Ctrl-C")
        wait_until(lambda: "ready" in (data / "logs" / "worker.log").read_text(), seconds=60)
        family = service.family()
        assert sum("celery" in command for command in family.values()) >= 3
        service.process.kill()

        wait_until(lambda: not any(is_running(pid) for pid in family), seconds=15)

    with up(data) as again:
        again.wait_for("Ctrl-C")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("postgres", "bin/postgres"),
        ("valkey", "valkey-server"),
        ("web", "gunicorn"),
        ("worker", "--app=config worker"),
        ("beat", "--app=config beat"),
    ],
)
def test_a_killed_program_is_restarted_with_a_notice(running: Up, name: str, words: str) -> None:
    killed = running.pid_of(words)
    os.kill(killed, signal.SIGKILL)

    running.wait_for(f"{name} was killed by SIGKILL; starting it again in 0.5 s", seconds=10)
    assert running.pid_of(words) != killed
    wait_until(lambda: is_ready(running.port), seconds=30)


def test_a_request_that_comes_while_the_web_server_is_down_waits_for_it(running: Up) -> None:
    # Its workers as well: one that lives a moment longer might take the request along.
    for pid, command in running.family().items():
        if "gunicorn" in command:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    answer = httpx.get(f"http://127.0.0.1:{running.port}/healthz", timeout=30)

    assert answer.status_code == 200


def test_its_own_servers_stay_off_if_others_are_named(data: Path) -> None:
    others = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}
    with up(data, **others) as service:
        service.wait_for("Ctrl-C")

        assert not any("postgres" in c or "valkey" in c for c in service.family().values())


def test_commands_can_be_run_beside_it(running: Up) -> None:
    listed = subprocess.run(
        [ROOT / "bin" / "manage", "showmigrations"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(running.data)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "[X] 0001_initial" in listed.stdout
    assert "[ ]" not in listed.stdout


def test_a_second_one_on_the_same_data_is_refused(running: Up) -> None:
    assert f"Another process already serves {running.data}." in refused(running.data)


def test_a_port_in_use_is_named(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        assert f"Cannot listen on port {port}: Address already in use" in refused(
            data, PORT=str(port)
        )


def test_a_data_dir_of_another_postgres_is_named(data: Path) -> None:
    (data / "postgres" / "cluster").mkdir(parents=True)
    (data / "postgres" / "cluster" / "PG_VERSION").write_text("17\n")

    assert "was made by Postgres 17, and this is Postgres 18" in refused(data)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"DATA_DIR": "/proc/data"}, "Cannot use the data directory /proc/data"),
        ({"PORT": "http"}, "PORT must be a number from 1 to 65535, not 'http'."),
        ({"EMBEDDING_BACKEND": "guess"}, "EMBEDDING_BACKEND is 'guess'"),
        ({"EMBEDDING_MODELS": "{"}, "EMBEDDING_MODELS is no JSON"),
        ({"STORAGE_URL": "ftp://host"}, "STORAGE_URL must look like"),
        ({"MAX_FILE_BYTES": "big"}, 'Environment variable "MAX_FILE_BYTES" invalid'),
        ({"DATABASE_URL": "postgresql://127.0.0.1:1/none"}, "Cannot use the database of DATABASE_"),
    ],
)
def test_a_mistaken_setting_is_named(data: Path, environment: dict[str, str], words: str) -> None:
    # With servers of its own it would make a cluster first, which is not what is asked here.
    others = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}

    assert words in refused(data, **{**others, **environment})
