"""Take turns: a worker that was woken claims what is due, until nothing is or its time is up.

Then it asks to be woken again, behind all messages that wait already. Single files go first: they
are claimed before every group of a batch's, and in the middle of a large file.
"""

import logging
import time
from collections.abc import Callable, Sequence
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from ingestion import shutdown
from ingestion.pipeline import ingest
from ingestion.reembedding import turn
from vectorstores import dispatch
from vectorstores.embeddings import all_models, availability
from vectorstores.models import Reembedding, VectorStoreFile
from vectorstores.models.store_files.queue import claim_next

log = logging.getLogger(__name__)

WORKER_TURN = 1.0  # seconds
INTERVAL = 0.25  # seconds of a large file's work, until small ones are looked for

# What is claimed at once: a single file may have to wait for it, which with an embedder on another
# machine is a fraction of a second.
GROUP_FILES, GROUP_BYTES = 16, 64_000

_last_project: dict[bool, UUID] = {}  # whose files this process claimed last, by `bulk`


def run_turn(*, bulk: bool) -> None:
    """Ingest single files, and with `bulk` those of batches as well."""
    ends = time.monotonic() + WORKER_TURN
    while shutdown.requested_at() is None:
        worked = _ingest_group(bulk=False)
        if bulk:
            worked = _ingest_group(bulk=True) or worked
        if not worked:
            return
        if time.monotonic() > ends:
            dispatch.wake(files=1, bulk=bulk)
            return


def run_reembedding_turn() -> None:
    """Go on with changes of stores' embedding models: a large store's takes the whole turn."""
    ends = time.monotonic() + WORKER_TURN
    while shutdown.requested_at() is None:
        job = Reembedding.objects.claim_next(timezone.now(), lease=settings.INGEST_LEASE)
        if job is None or not turn.advance(job, on_tick=_serve_small_files(job.model)):
            return
        if time.monotonic() > ends:
            dispatch.wake_reembedding(jobs=1)
            return


def _ingest_group(*, bulk: bool) -> bool:
    """Claim files and ingest them. Return False if there were none."""
    files = _claim_files(bulk=bulk)
    if files:
        ingest(files, on_tick=_serve_small_files(_model_of(files)))
    return bool(files)


def _serve_small_files(busy_with: str | None) -> Callable[[], None]:
    """Return what serves small single files in the middle of long work for the model `busy_with`.

    Somebody waits for each, and would otherwise wait for all of a large file. Small files are done
    before it is time, so none waits for one that came after it; and a large file has at least half
    of the time, however many small ones there are.
    """
    resume_at = time.monotonic() + INTERVAL

    def on_tick() -> None:
        nonlocal resume_at
        began = time.monotonic()
        if began < resume_at or shutdown.requested_at() is not None:
            return
        try:
            ingest(_claim_files(bulk=False, large=False, busy_with=busy_with))
        except Exception:
            # Nothing is lost, because the small files were released, or are due when their lease
            # ends. The large file is not to blame for their bug.
            log.exception("Small files failed in the middle of a large one; they are tried again.")
            if not connection.is_usable():  # because the large file could not be published on it
                connection.close()
        ended = time.monotonic()
        resume_at = ended + max(INTERVAL, ended - began)

    return on_tick


def _claim_files(
    *, bulk: bool, large: bool = True, busy_with: str | None = None
) -> list[VectorStoreFile]:
    """Claim a group of files, for a model whose breaker is not open.

    A half-open breaker may admit this process as its probe. If no file for that model is claimed,
    another process may probe, except for the model that this one is `busy_with`.
    """
    models = all_models()
    admitted = {model.name for model in models if availability.admits(model.name)}
    if not admitted:
        return []
    # A model in this process embeds one text after the other, so there is nothing to be gained.
    one_by_one = {model.name for model in models if not model.is_remote}
    files = claim_next(
        timezone.now(),
        lease=settings.INGEST_LEASE,
        bulk=bulk,
        large=large,
        after=_last_project.get(bulk),
        most_files=1 if len(one_by_one) == len(models) else GROUP_FILES,
        most_bytes=GROUP_BYTES,
        most_claimed=settings.PROJECT_CLAIMED_FILES,
        one_by_one=one_by_one,
        leave_out={model.name for model in models} - admitted,
    )
    if files:
        _last_project[bulk] = files[0].project_id
    for name in admitted - {busy_with, _model_of(files)}:
        availability.release_probe(name)
    return files


def _model_of(files: Sequence[VectorStoreFile]) -> str | None:
    """Return the model of files that were claimed together, so all for the same."""
    return files[0].vector_store.embedding_model if files else None
