"""DATA_DIR: everything an embedded installation keeps, and the locks of its process.

lock, children.lock   held by the supervisor; by it and by every program it started
secrets/              one file per password, key or port, made once
logs/                 one file per program
postgres/             the cluster, or a link to where its account can reach it
valkey/  files/  …    what the programs keep themselves
"""

import fcntl
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from config.embedded.start_errors import DataDirInUse, DataDirUnusable

LOG_LIMIT = 10 * 1024 * 1024  # bytes; a larger log is set aside at the next start


class DataDir:
    """A directory this process may write, and which it alone serves until it ends."""

    def __init__(self, path: Path, lock: int, children_lock: int) -> None:
        self.path = path
        self._lock = lock
        self.children_lock = children_lock

    @classmethod
    def hold(cls, path: Path, *, patience: float = 15.0) -> Self:
        """Make the directory if needed and lock it. Raises DataDirUnusable or DataDirInUse.

        Programs of a run that was killed have `patience` seconds to end on their own.
        """
        try:
            if not path.exists():
                path.mkdir(parents=True)
                # Postgres' account must pass through; what lies inside is closed file by file.
                path.chmod(0o711)
            lock = _lock(path / "lock")
            try:
                children_lock = _lock(path / "children.lock", patience=patience)
            except BaseException:
                os.close(lock)
                raise
        except BlockingIOError as error:
            raise DataDirInUse(path) from error
        except OSError as error:
            raise DataDirUnusable(path, error.strerror or str(error)) from error
        return cls(path.resolve(), lock, children_lock)

    def release(self) -> None:
        os.close(self.children_lock)
        os.close(self._lock)

    def remember(self, name: str, make: Callable[[], str]) -> str:
        """Return the value kept under `name`, made on the first call. Only we can read it."""
        path = self.path / "secrets" / name
        if not path.exists():
            self.keep(name, make())
        return path.read_text()

    def keep(self, name: str, value: str) -> None:
        """Replace the value under `name`, whole or not at all."""
        directory = self.path / "secrets"
        directory.mkdir(mode=0o700, exist_ok=True)
        write_private(directory / name, value)

    def port(self, name: str) -> int:
        """Return the loopback port kept under `name`, or another from now on if it is in use."""
        port = int(self.remember(name, lambda: str(free_port())))
        if not is_free(port):
            port = free_port()
            self.keep(name, str(port))
        return port

    def log(self, name: str) -> Path:
        """Return the log file of program `name`; one above LOG_LIMIT becomes `name.log.1`."""
        directory = self.path / "logs"
        directory.mkdir(mode=0o700, exist_ok=True)
        path = directory / f"{name}.log"
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_suffix(".log.1"))
        return path


def write_private(path: Path, text: str) -> None:
    """Write a file only its owner can read, so that no reader ever sees half of it."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    draft.replace(path)


def is_free(port: int) -> bool:
    """Return whether a server could listen on this loopback port now."""
    with socket.socket() as probe:
        # As servers do: connections that are merely closing down do not hold the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _lock(path: Path, *, patience: float = 0.0) -> int:
    """Return an open descriptor that holds the file's lock. Raises BlockingIOError if it is held.

    The kernel frees the lock when the last process that has the descriptor ends, however it ends.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                os.close(descriptor)
                raise
            time.sleep(0.1)
        else:
            return descriptor
