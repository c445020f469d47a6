"""A worker's turn: it has been woken, and takes what is due until nothing is or its time is up.

Then it asks to be woken again, behind whoever waits already. Single files go first: they are taken
before every group of a batch's, and in the middle of a large file.
"""

import logging
import time
from collections.abc import Callable, Collection, Sequence
from functools import partial
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from ingestion import reembedding, shutdown
from ingestion.pipeline import ingest
from vectorstores import dispatch
from vectorstores.embeddings import EmbeddingModel, all_models, availability
from vectorstores.models import Reembedding, VectorStoreFile
from vectorstores.models.store_files.queue import claim_next

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
    while shutdown.announced_at() is None:
        worked = _one_group(bulk=False)
        if bulk:
            worked = _one_group(bulk=True) or worked
        if not worked:
            return
        if time.monotonic() > ends:
            dispatch.wake(files=1, bulk=bulk)
            return


def reembed() -> None:
    """Go on with changes of stores' embedding models: a large store's takes the whole turn."""
    ends = time.monotonic() + TURN
    while shutdown.announced_at() is None and _one_change():
        if time.monotonic() > ends:
            dispatch.wake_reembedding(jobs=1)
            return


def _one_change() -> bool:
    """Whether there was one, and nothing kept it from getting on."""
    job = Reembedding.objects.claim_next(timezone.now(), lease=settings.INGEST_LEASE)
    if job is None:
        return False
    step = partial(_small_single_files, meanwhile=job.model)
    return reembedding.go_on(job, between=_now_and_then(step))


def _one_group(*, bulk: bool) -> bool:
    """Whether there was one."""
    files = _take(bulk=bulk)
    if files:
        step = partial(_small_single_files, meanwhile=_model_of(files))
        ingest(files, between=_now_and_then(step))
    return bool(files)


def _small_single_files(*, meanwhile: str | None) -> None:
    """Somebody waits for them, and would otherwise wait for all of a large file, which is for the
    model `meanwhile`.

    What goes wrong with them unforeseen is not the large file's: they were handed back.
    """
    if shutdown.announced_at() is None:
        try:
            ingest(_take(bulk=False, large=False, busy_with=meanwhile))
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


def _take(*, bulk: bool, large: bool = True, busy_with: str | None = None) -> list[VectorStoreFile]:
    """Files for a model whose embedder is not left alone just now.

    Where this process may try one that fails, and takes nothing for it, another one may; but for
    the model it is `busy_with`.
    """
    models = all_models()
    admitted = {model.name for model in models if availability.admits(model.name)}
    if not admitted:
        return []
    files = _claimed(models, admitted, bulk=bulk, large=large)
    for name in admitted - {busy_with, _model_of(files)}:
        availability.release_probe(name)
    return files


def _claimed(
    models: Sequence[EmbeddingModel], admitted: Collection[str], *, bulk: bool, large: bool
) -> list[VectorStoreFile]:
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
        most_claimed=settings.PROJECT_FILES_IN_HAND,
        one_by_one=one_by_one,
        leave_out={model.name for model in models} - set(admitted),
    )
    if files:
        _last_project[bulk] = files[0].project_id
    return files


def _model_of(files: Sequence[VectorStoreFile]) -> str | None:
    """Of files that were taken together, so all for the same."""
    return files[0].vector_store.embedding_model if files else None
