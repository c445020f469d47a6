"""Claims: the files that this worker holds, so that no other worker takes them.

    open ─▶ completed   with its chunks, in one transaction
      ├───▶ failed      with a reason
      ├───▶ released    due again, now or later
      └───▶ lost        cancelled, removed, attached again, or claimed by another worker

A lease is short, so that the files of a dead worker are soon taken up by another; a large file
takes long. So a thread of its own renews the lease. It reports how far the work is, and notices
when a claim was lost.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from threading import Event, RLock, Thread
from typing import Any
from uuid import UUID

from django.db import Error, connection
from django.utils import timezone

from ingestion import shutdown
from ingestion.file_warnings import FileWarning
from ingestion.last_errors import IngestionError
from ingestion.spool import ChunkSpool, VectorSpool
from vectorstores.models import Stage, VectorStoreFile
from vectorstores.models.chunks import Content, stored_bytes
from vectorstores.models.store_files import queue

log = logging.getLogger(__name__)

_TICK = 1.0  # seconds: how often progress is reported, if there is any


class ClaimLost(Exception):
    """The row is no longer this worker's: what was done so far must not be published."""


class Claim:
    """A claimed file, and the chunks and vectors made of it so far.

    The claim alone changes the file's row. Each change compares the row with the `due_at` that was
    written last, and renewing moves it; so a lock keeps the renewing thread and the worker's apart.
    """

    def __init__(self, store_file: VectorStoreFile, fingerprint: UUID) -> None:
        self.store_file = store_file
        self.fingerprint = fingerprint
        self.stage = Stage.PARSING
        self.chunks = ChunkSpool()
        self.vectors = VectorSpool()
        self.warnings: list[FileWarning] = []
        self._lock = RLock()
        self._is_open = True

    def __str__(self) -> str:
        return str(self.store_file.pk)

    @property
    def is_open(self) -> bool:
        return self._is_open

    # --- what becomes of the row ---------------------------------------------------------------

    def renew(self, lease: timedelta) -> None:
        """Hold the file for another `lease` and report its progress. Do nothing if not open."""
        with self._lock:
            if not self._is_open:
                return
            try:
                self._is_open = self.store_file.renew(timezone.now(), lease, **self.progress())
            except Error as error:  # the database may be back before the lease ends
                log.warning("The claim on file %s could not be renewed: %s", self, error)
                connection.close()

    def complete(self, now: datetime, **facts: Any) -> bool:
        """Complete the row with these facts. Return False if the claim was lost.

        Call it under `settling`, in the transaction that publishes the chunks.
        """
        return self.store_file.complete(now, **facts)

    def fail(self, error: IngestionError, now: datetime) -> None:
        # A parser's bug looks like a bad file to us; its traceback tells them apart.
        log.warning("File %s failed: %s", self, error, exc_info=error.__cause__)
        with self._lock:
            self.store_file.fail(now, code=error.code, message=str(error))
            self._is_open = False

    def release(self, due_at: datetime, *, counts: bool = False, **changes: Any) -> None:
        """Give the file back, to be claimed again at `due_at`.

        The attempt counts only if the file may be to blame for it.
        """
        attempts = self.store_file.attempts - (0 if counts else 1)
        with self._lock:
            self.store_file.postpone(due_at, attempts=attempts, **changes)
            self._is_open = False

    # --- what is made of the file ---------------------------------------------------------------

    def progress(self) -> dict[str, Any]:
        """Return the fields by which the row of a file in progress tells how far it is."""
        total = 0 if self.stage == Stage.PARSING else self.chunks.count
        return {"stage": self.stage, "chunks_done": self.vectors.count, "chunks_total": total}

    def facts(self) -> dict[str, Any]:
        """Return the fields that the row is completed with, once every chunk has its vector."""
        count, text_bytes = self.chunks.count, self.chunks.text_bytes
        return {
            "usage_bytes": stored_bytes(text_bytes=text_bytes, numbers=self.vectors.numbers),
            "chunks_done": count,
            "chunks_total": count,
            "fingerprint": self.fingerprint,
            "warnings": [asdict(warning) for warning in self.warnings] or None,
        }

    def content(self) -> Content:
        return Content(self.store_file, self.chunks, self.vectors)

    def discard_chunks(self) -> None:
        """Begin anew, because the file is parsed again."""
        self.chunks.close()
        self.chunks = ChunkSpool()
        self.warnings.clear()

    def close(self) -> None:
        """Remove chunks and vectors from memory and disk."""
        self.chunks.close()
        self.vectors.close()


# --- the claims of one group of files -------------------------------------------------------------


def open_claims(claims: Sequence[Claim]) -> list[Claim]:
    return [claim for claim in claims if claim.is_open]


def names(claims: Sequence[Claim]) -> str:
    return ", ".join(map(str, claims))


def check_open(claims: Sequence[Claim]) -> None:
    """Raise ClaimLost if none is open any more, Stopping if the worker's time is up.

    Call it between steps.
    """
    if not open_claims(claims):
        raise ClaimLost
    shutdown.check_time_left()


@contextmanager
def renewing(claims: Sequence[Claim], lease: timedelta) -> Iterator[None]:
    """Renew these claims until the block ends: three times a lease, and on progress."""
    done = Event()

    def renew() -> None:
        reported: dict[Claim, tuple[dict[str, Any], datetime]]
        reported = {claim: ({}, timezone.now()) for claim in claims}
        while not done.wait(min(_TICK, lease.total_seconds() / 3)):
            for claim in claims:
                progress, at = reported[claim]
                if claim.progress() != progress or timezone.now() > at + lease / 3:
                    claim.renew(lease)
                    reported[claim] = claim.progress(), timezone.now()
        connection.close()

    thread = Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@contextmanager
def settling(claims: Sequence[Claim]) -> Iterator[None]:
    """Keep the renewing thread from these claims, while the block completes or releases each.

    They are closed when it ends. If it raises they stay open, because its transaction was undone.
    """
    with ExitStack() as locks:
        for claim in claims:
            locks.enter_context(claim._lock)
        yield
        for claim in claims:
            claim._is_open = False


def complete_together(claims: Sequence[Claim], now: datetime) -> list[Claim]:
    """Complete these rows in one statement, without waiting for a lock. Return those completed.

    Call it as `Claim.complete`. The others are lost, or locked for a moment.
    """
    rows = [(claim.store_file, claim.facts()) for claim in claims]
    completed = queue.complete_together(rows, now)
    return [claim for claim in claims if claim.store_file.pk in completed]
