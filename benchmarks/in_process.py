"""The service's own code in this process, on a Postgres and a Valkey started for it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from tests.servers import OPTIONS, Servers

# Memory as a server would have it that keeps vectors.
ROOMY = {**OPTIONS, "shared_buffers": "2GB", "max_wal_size": "8GB"}


@contextmanager
def database(*, keep: Path | None = None, **environment: str) -> Iterator[None]:
    """Migrate a database and set Django up, once per process. `keep` is a directory that outlives
    it.
    """
    servers = Servers(ROOMY, home=keep)
    try:
        os.environ.update(
            servers.start(),
            DJANGO_SETTINGS_MODULE="config.settings",
            RATE_LIMITS="false",
            **environment,
        )
        django.setup()
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
        yield
    finally:
        servers.stop()
