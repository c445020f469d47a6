import time
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.db.migrations import Migration
from psycopg.errors import LockNotAvailable

PATIENCE = 600.0  # seconds for one call, before it gives up
LOCK_TIMEOUT = "2s"
PAUSE = 3.0  # seconds, in which others get their turn


class Command(migrate.Command):
    help = (
        "Bring the database to this version. While requests are served, it waits only briefly for "
        "each lock and tries again, because requests queue behind a migration that waits."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.database = options["database"]
        give_up_at = time.monotonic() + PATIENCE
        while True:
            try:
                super().handle(*args, **options)
                return
            except OperationalError as error:
                if not isinstance(error.__cause__, LockNotAvailable):
                    raise
                if time.monotonic() > give_up_at:
                    raise CommandError(
                        "A migration could not lock its table for ten minutes, because other "
                        "transactions used it. Find the long ones in pg_stat_activity."
                    ) from error
                self.stderr.write("The table is in use; the migration will be tried again.")
                time.sleep(PAUSE)
            finally:
                self._limit_lock_waits("DEFAULT")

    def migration_progress_callback(
        self, action: str, migration: Migration | None = None, fake: bool = False
    ) -> None:
        """Limit the waits of the migration that begins.

        One without a transaction builds an index while others write, so it has to wait for them,
        and nobody waits for it.
        """
        if migration and action in ("apply_start", "unapply_start"):
            self._limit_lock_waits(f"'{LOCK_TIMEOUT}'" if migration.atomic else "0")
        super().migration_progress_callback(action, migration, fake)

    def _limit_lock_waits(self, limit: str) -> None:
        with connections[self.database].cursor() as cursor:
            cursor.execute(f"SET lock_timeout = {limit}")
