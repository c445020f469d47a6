"""A Postgres and a Valkey for each process of a test run, started before Django reads its settings.

A pytest plugin (`-p tests.servers`), because a conftest would come too late: pytest-django loads
the settings before the first of them.

Run in parallel (`-n 3`), each of pytest-xdist's workers has servers of its own and not only a
database and a Valkey number, because tests also look at what belongs to a whole server: its
connections, its locks, its replication, its commands.
"""

import argparse
import os
import secrets
import shutil
import signal
import tempfile
from collections.abc import Generator, Mapping
from pathlib import Path

import pytest

from config.embedded import broker, postgres
from config.embedded.datadir import DataDir
from config.embedded.processes import Supervisor

# Nothing of a test run is worth keeping, so nothing waits for the disk.
OPTIONS = {
    "shared_buffers": "128MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}

# Settings that load and connect to nothing.
NO_SERVERS = {
    "DATABASE_URL": "postgresql://127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1",
    "SECRET_KEY": "none",
    "EMBEDDING_BACKEND": "hashing",
}


class Servers:
    """The servers and their directory, gone without a trace after `stop`, unless it was given."""

    def __init__(self, options: Mapping[str, str] = OPTIONS, home: Path | None = None) -> None:
        self.options, self.keeps = options, home is not None
        self.home = home or Path(tempfile.mkdtemp(prefix="vectorstores-tests-"))
        self.home.mkdir(parents=True, exist_ok=True)
        self.home.chmod(0o711)  # Postgres may run as another account and must pass through
        self.data = DataDir.hold(self.home / "data")
        self.supervisor = Supervisor(print)

    def start(self) -> dict[str, str]:
        """Start both. Return the environment that makes a process a client of these servers."""
        return {
            "DATABASE_URL": postgres.start(self.data, self.supervisor, options=self.options).url,
            "REDIS_URL": broker.start(self.data, self.supervisor).url,
            "DATA_DIR": str(self.data.path),
            "STORAGE_URL": f"file://{self.data.path}/files",
            "SECRET_KEY": secrets.token_urlsafe(32),
            "EMBEDDING_BACKEND": "hashing",
        }

    def stop(self) -> None:
        self.supervisor.stop()
        self.data.release()
        if self.keeps:
            return
        cluster = self.data.path / "postgres"
        if cluster.is_symlink():  # root's temporary directory is closed to other accounts
            shutil.rmtree(cluster.resolve())
        shutil.rmtree(self.home)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    signal.signal(signal.SIGTERM, lambda *_: pytest.exit("terminated"))  # so that it cleans up
    if not needs_servers(early_config.known_args_namespace):
        os.environ.update(NO_SERVERS)
        return (yield)
    servers = Servers()
    early_config.add_cleanup(servers.stop)
    os.environ.update(servers.start())
    return (yield)


def needs_servers(options: argparse.Namespace) -> bool:
    """Return False for unit tests, and for the process that only hands tests to its workers."""
    hands_on = getattr(options, "numprocesses", None) and "PYTEST_XDIST_WORKER" not in os.environ
    return not hands_on and options.markexpr != "unit"
