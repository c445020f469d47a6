"""The service's own code in this process, on a Postgres and a Valkey started for it."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from config.embedded import broker, postgres
from config.embedded.datadir import DataDir
from config.embedded.processes import Supervisor

# Memory as a server would have it that keeps vectors; nothing here is worth waiting for a disk.
OPTIONS = {
    "shared_buffers": "2GB",
    "max_wal_size": "8GB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


@contextmanager
def database(*, keep: Path | None = None, **environment: str) -> Iterator[DataDir]:
    """Migrated, and Django set up. Once in a process. `keep` is a directory that outlives it."""
    home = keep or Path(tempfile.mkdtemp(prefix="vectorstores-benchmark-"))
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o711)  # Postgres may run as another account and must pass through
    data = DataDir.hold(home / "data")
    supervisor = Supervisor(print)
    try:
        os.environ.update(
            DATABASE_URL=postgres.start(data, supervisor, options=OPTIONS).url,
            REDIS_URL=broker.start(data, supervisor).url,
            DATA_DIR=str(data.path),
            SECRET_KEY=secrets.token_urlsafe(32),
            DJANGO_SETTINGS_MODULE="config.settings",
            RATE_LIMITS="false",
            **environment,
        )
        django.setup()
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
        yield data
    finally:
        supervisor.stop()
        data.release()
        if keep is None:
            _remove(home)


def _remove(home: Path) -> None:
    cluster = home / "data" / "postgres"
    if cluster.is_symlink():  # root's temporary directory is closed to other accounts
        shutil.rmtree(cluster.resolve())
    shutil.rmtree(home)
