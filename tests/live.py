"""The whole service as `bin/up` runs it, on data of its own, for tests that use it from outside."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
from openai import OpenAI

ROOT = Path(__file__).resolve().parent.parent
# What the test session's own servers are known by: a live service must not use them.
NOT_INHERITED = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "STORAGE_URL", "DATA_DIR", "API_KEY")


@dataclass
class Service:
    """A running service. `process` is its supervisor, and its children's parent."""

    process: subprocess.Popen[bytes]
    port: int
    api_key: str
    data_dir: Path
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def client(self) -> OpenAI:
        return OpenAI(base_url=self.url, api_key=self.api_key, timeout=30)

    def processes(self, *words: str) -> list[psutil.Process]:
        """Return the children, and theirs, whose command line has all of these words."""
        family = psutil.Process(self.process.pid).children(recursive=True)
        return [process for process in family if all(word in _command(process) for word in words)]

    def kill(self, *words: str) -> None:
        """Send SIGKILL, as the kernel does when memory is short."""
        for process in self.processes(*words):
            process.kill()


StartService = Callable[..., AbstractContextManager[Service]]
"""`service`, below."""


@contextmanager
def service(root: Path = ROOT, **environment: str) -> Iterator[Service]:
    """Start everything, wait until it answers, and stop it in the end. `root` is the checkout."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="vectorstores-live-") as home:
        Path(home).chmod(0o711)
        inherited = {k: v for k, v in os.environ.items() if k not in NOT_INHERITED}
        env = {"DATA_DIR": f"{home}/data", "PORT": str(port), "API_KEY": "sk-live-key"}
        log = Path(home, "up.log")
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "config.up"],
                env={**inherited, **env, **environment},
                cwd=root,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        try:
            wait_until(lambda: "Ctrl-C" in log.read_text() or _ended(process, log), seconds=60)
            yield Service(process, port, "sk-live-key", Path(home, "data"), log)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


def wait_until(condition: Callable[[], object], *, seconds: float) -> None:
    """Wait until the condition is true. Raises TimeoutError, so that a test that waits in vain
    fails.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds} seconds")
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
    except httpx.TransportError:
        return False


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def _ended(process: subprocess.Popen[bytes], log: Path) -> bool:
    if process.poll() is not None:
        raise RuntimeError(f"the service did not start:\n{log.read_text()}")
    return False
