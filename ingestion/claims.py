"""Keeping claims while the work goes on.

A lease is short, so that the files of a dead worker are soon taken up by another; a large file
takes long. So a thread renews the lease, whatever the work is busy with, writes down how far it is,
and notices when a claim is lost: the file was cancelled, removed, attached again, or given to
another worker.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from ingestion import shutdown
from ingestion.work import Work

log = logging.getLogger(__name__)

_TICK = 1.0  # seconds: how often progress is written down, if there is any


class ClaimLost(Exception):
    """The file is no longer this worker's: what it has done so far must not be published."""


class Stopping(Exception):
    """The worker has been asked to stop, and the files it has are better handed to another."""


class Claims:
    """Those of the files that are worked on together."""

    def __init__(self, works: Sequence[Work], lease: timedelta) -> None:
        self._works = works
        self._lease = lease

    def check(self) -> None:
        """Raise where there is no sense in going on. To be called between steps.

        ClaimLost if no file is left of them, Stopping if the worker's time is up.
        """
        if not any(work.open for work in self._works):
            raise ClaimLost
        asked = shutdown.announced_at()
        if asked is not None and time.time() >= asked + settings.INGEST_DRAIN.total_seconds():
            raise Stopping

    def tell(self, work: Work) -> None:
        """Write down how far this file is, before a step in which nobody can."""
        _renew(work, self._lease)


@contextmanager
def kept(works: Sequence[Work], lease: timedelta) -> Iterator[Claims]:
    """Renew the claims on these files three times a lease, until the block ends."""
    done = Event()
    thread = Thread(target=_keep, args=(works, lease, done), daemon=True)
    thread.start()
    try:
        yield Claims(works, lease)
    finally:
        done.set()
        thread.join()


def _keep(works: Sequence[Work], lease: timedelta, done: Event) -> None:
    told: dict[str, tuple[Any, datetime]] = {str(work): (None, timezone.now()) for work in works}
    while not done.wait(min(_TICK, lease.total_seconds() / 3)):
        for work in works:
            progress, at = told[str(work)]
            if work.progress() != progress or timezone.now() > at + lease / 3:
                _renew(work, lease)
                told[str(work)] = work.progress(), timezone.now()
    connection.close()


def _renew(work: Work, lease: timedelta) -> None:
    with work.lock:
        if not work.open:
            return
        try:
            work.open = work.store_file.renew(timezone.now(), lease, **work.progress())
        except Error as error:  # perhaps back before the lease ends
            log.warning("The claim on file %s could not be renewed: %s", work, error)
            connection.close()
