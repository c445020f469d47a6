"""A standby of this test run's Postgres, set up as docs/scaling.md describes."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from signal import SIGINT, SIGKILL
from typing import Any
from urllib.parse import urlsplit

import psycopg

from config.embedded.datadir import DataDir, free_port
from config.embedded.postgres import ENVIRONMENT, Cluster
from config.embedded.processes import Program, RunningProgram
from tests.live import wait_until

REPLICATOR = "CREATE ROLE replicator LOGIN REPLICATION PASSWORD 'secret'"
BASE_BACKUP = (
    "--username=replicator",
    "--write-recovery-conf",
    "--create-slot",
    "--slot=standby",
    "--checkpoint=fast",
)
FORGET = "SELECT pg_drop_replication_slot('standby')"


@dataclass
class Standby:
    program: Program
    port: int
    superuser: str  # the password of the account `postgres`, here and on the primary
    child: RunningProgram | None = None

    def start(self) -> None:
        self.child = RunningProgram(self.program, ())
        wait_until(self.answers, seconds=30)

    def stop(self, *, signal: int = SIGINT) -> None:
        self.child.process.send_signal(signal)
        self.child.process.wait(timeout=30)

    def restart(self) -> None:
        self.stop()
        self.start()

    def kill(self) -> None:
        self.stop(signal=SIGKILL)

    def answers(self) -> bool:
        try:
            return self.ask("SELECT pg_is_in_recovery()") is True
        except psycopg.OperationalError:
            return False

    def ask(self, statement: str) -> Any:
        return ask(self.port, self.superuser, statement)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Receive the primary's log but do not replay it."""
        state = "SELECT pg_get_wal_replay_pause_state()"
        self.ask("SELECT pg_wal_replay_pause()")
        wait_until(lambda: self.ask(state) == "paused", seconds=9)
        try:
            yield
        finally:
            self.ask("SELECT pg_wal_replay_resume()")


@contextmanager
def standby() -> Iterator[Standby]:
    data = DataDir(Path(os.environ["DATA_DIR"]), -1, -1)  # locked by this run's servers
    cluster = Cluster.of(data)
    superuser = (data.path / "secrets" / "postgres_superuser_password").read_text()
    port = urlsplit(os.environ["DATABASE_URL"]).port
    ask(port, superuser, REPLICATOR)
    copy = replace(cluster, directory=cluster.directory.with_name("standby"))
    _base_backup(copy, port)
    second = Standby(_program(copy, data, own := free_port()), own, superuser)
    second.start()
    try:
        yield second
    finally:
        if not second.child.has_ended():
            second.stop()
        ask(port, superuser, FORGET)
        ask(port, superuser, "DROP ROLE replicator")
        shutil.rmtree(copy.directory)


def ask(port: int, password: str, statement: str) -> Any:
    url = f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchone()[0] if cursor.description else None


def _base_backup(copy: Cluster, port: int) -> None:
    copy.directory.mkdir(mode=0o700)
    if copy.account:
        copy.account.take(copy.directory)
    subprocess.run(
        [
            str(copy.binaries / "pg_basebackup"),
            "--host=127.0.0.1",
            f"--port={port}",
            f"--pgdata={copy.directory}",
            *BASE_BACKUP,
            "--no-sync",
        ],
        env={**ENVIRONMENT, "PGPASSWORD": "secret"},
        check=True,
        **(copy.account.as_user() if copy.account else {}),
    )


def _program(copy: Cluster, data: DataDir, port: int) -> Program:
    settings = {
        "port": port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "hot_standby_feedback": "on",
        "fsync": "off",
    }
    return Program(
        name="standby",
        command=[
            str(copy.binaries / "postgres"),
            f"-D{copy.directory}",
            *(f"--{name}={value}" for name, value in settings.items()),
        ],
        log=data.log("standby"),
        env=ENVIRONMENT,
        account=copy.account,
    )
