"""Postgres 18 with pgvector, served on loopback TCP with a password.

It makes no socket file, whose path may not exceed 107 bytes. It is stopped by SIGINT, "fast": open
transactions are rolled back, not waited for.
"""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT

from config.embedded.cluster import ENVIRONMENT, NAME, Cluster, installation
from config.embedded.datadir import DataDir
from config.embedded.processes import Program, Supervisor

OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",  # bulk ingestion checkpoints by time, not by size
    # Whoever vanishes or hangs within a transaction must not keep its locks.
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "idle_in_transaction_session_timeout": "10min",
}


@dataclass(frozen=True)
class Postgres:
    """A server to start, and how to reach it."""

    program: Program
    port: int
    password: str
    pg_isready: Path

    @property
    def url(self) -> str:
        return f"postgresql://{NAME}:{self.password}@127.0.0.1:{self.port}/{NAME}"

    def is_ready(self) -> bool:
        """Whether it takes connections. Not yet, while it replays its log after a crash."""
        command = [str(self.pg_isready), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(command, env=ENVIRONMENT, check=False).returncode == 0


def start(
    data: DataDir, supervisor: Supervisor, *, options: Mapping[str, str] | None = None
) -> Postgres:
    """Serve the cluster of `data`, made on the first call. Back when it answers, or StartError.

    `options` are server settings beyond OPTIONS. Replaying the log after a crash takes 8 s for
    200,000 rows of vectors, so a minute is allowed.
    """
    postgres = prepare(data, options or {})
    supervisor.wait_until(postgres.is_ready, supervisor.start(postgres.program), within=60)
    return postgres


def prepare(data: DataDir, options: Mapping[str, str]) -> Postgres:
    """All but starting it."""
    cluster = Cluster.of(data)
    port = data.port("postgres_port")
    settings = {**OPTIONS, **options, "port": str(port)}
    program = Program(
        name="postgres",
        command=[
            str(cluster.binaries / "postgres"),
            *("-D", str(cluster.directory)),
            *(f"--{name}={value}" for name, value in settings.items()),
        ],
        log=data.log("postgres"),
        env=ENVIRONMENT,
        account=cluster.account,
        stop_signal=SIGINT,
        # The sessions of a postmaster that was killed take a moment to notice.
        passing=("postmaster.pid", "shared memory block"),
    )
    return Postgres(program, port, cluster.password, installation() / "bin" / "pg_isready")
