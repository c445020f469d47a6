"""A worker's turn: it has been woken, and takes what is due until nothing is or its time is up.

Then it asks to be woken again, behind whoever waits already. Single files go first: they are taken
before every group of a batch's, and in the middle of a large file.
"""

import logging
import time
from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from ingestion import stopping
from ingestion.pipeline import ingest
from vectorstores import circuit, dispatch
from vectorstores.models import VectorStoreFile
from vectorstores.models.store_files import take

log = logging.getLogger(__name__)

TURN = 1.0  # seconds
INTERVAL = 0.25  # seconds of a large file's work, until small ones are looked for

# What is taken at once: a single file may have to wait for it, which with an embedder on another
# machine is a fraction of a second.
GROUP_FILES, GROUP_BYTES = 16, 64_000

_last_project: dict[bool, UUID] = {}  # whose files this process took last, of each kind


def work(*, bulk: bool) -> None:
    """Ingest single files, and with `bulk` those of batches as well."""
    ends = time.monotonic() + TURN
    while _may_go_on():
        worked = _one_group(bulk=False)
        if bulk:
            worked = _one_group(bulk=True) or worked
        if not worked:
            circuit.step_back()
            return
        if time.monotonic() > ends:
            dispatch.wake(files=1, bulk=bulk)
            return


def _one_group(*, bulk: bool) -> bool:
    """Whether there was one."""
    files = _take(bulk=bulk)
    ingest(files, between=_now_and_then(_small_single_files))
    return bool(files)


def _small_single_files() -> None:
    """Somebody waits for them, and would otherwise wait for all of a large file.

    What goes wrong with them unforeseen is not the large file's: they were handed back.
    """
    if _may_go_on():
        try:
            ingest(_take(bulk=False, large=False))
        except Exception:
            log.exception("Small files in the middle of a large one have to be tried again.")


def _now_and_then(step: Callable[[], None]) -> Callable[[], None]:
    """Small files are through before it is time, so none waits for one that came after it.

    A large file has at least half of the time, however many small ones there are.
    """
    resume_at = time.monotonic() + INTERVAL

    def between() -> None:
        nonlocal resume_at
        if (began := time.monotonic()) >= resume_at:
            step()
            ended = time.monotonic()
            resume_at = ended + max(INTERVAL, ended - began)

    return between


def _take(*, bulk: bool, large: bool = True) -> list[VectorStoreFile]:
    # A model in this process embeds one text after the other, so there is nothing to be gained.
    together = settings.EMBEDDING_BACKEND == "openai"
    files = take(
        timezone.now(),
        lease=settings.INGEST_LEASE,
        bulk=bulk,
        large=large,
        after=_last_project.get(bulk),
        most_files=GROUP_FILES if together else 1,
        most_bytes=GROUP_BYTES,
        most_in_hand=settings.PROJECT_FILES_IN_HAND,
    )
    if files:
        _last_project[bulk] = files[0].project_id
    return files


def _may_go_on() -> bool:
    """Not while the worker is stopping, nor while the embedder is left alone."""
    return stopping.announced_at() is None and circuit.admits()
