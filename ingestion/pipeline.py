"""Ingest files, from bytes to searchable chunks. Small ones together, so that the embedder's
requests are full and Postgres commits seldom; large ones alone.

    claim ─▶ reuse ─▶ extract ─▶ embed ─▶ publish
               └─────────┴─────────┴─────────┴── fail, with a reason, or release, to be tried again

Nothing is written before `publish`, and that is one transaction: a worker that is killed, or whose
file is cancelled meanwhile, leaves no trace.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ingestion.claims import (
    Claim,
    check_open,
    complete_together,
    names,
    open_claims,
    renewing,
    settling,
)
from ingestion.embedding import embed
from ingestion.extraction import extract
from ingestion.failures import failing_alone, failing_together, release_all
from ingestion.last_errors import FileTooLarge, InternalError
from ingestion.reuse import fingerprint, reuse_chunks
from vectorstores.dispatch import changed
from vectorstores.models import Stage, VectorStoreFile
from vectorstores.models.chunks import replace_chunks
from vectorstores.models.switching import StoreChanged, lock_generation, lock_generations

log = logging.getLogger(__name__)


def ingest(files: Sequence[VectorStoreFile], *, on_tick: Callable[[], None] = lambda: None) -> None:
    """Complete, fail or release each of these claimed files, of one project and embedding model.

    `on_tick` is called from time to time, so that a worker can serve others during long work.
    Raises what no outcome is foreseen for, once every file is released.
    """
    if not files:
        return
    claims = [Claim(file, fingerprint(file)) for file in files]
    try:
        with failing_together(claims), renewing(claims, settings.INGEST_LEASE):
            _ingest(claims, on_tick)
    finally:
        for claim in claims:
            claim.close()


def _ingest(claims: Sequence[Claim], on_tick: Callable[[], None]) -> None:
    timings = Timings()

    def check_cancelled() -> None:
        check_open(claims)
        try:
            on_tick()
        except BaseException:  # not these files' fault, so the attempt does not count
            release_all(claims)
            raise

    with timings.of("parse"):
        check_open(claims)
        for claim in claims:
            with failing_alone(claim):
                _check_acceptable(claim.store_file)
        reuse_chunks(open_claims(claims))
        extract(open_claims(claims), check_cancelled)
    extracted = open_claims(claims)
    if not extracted:
        return
    with timings.of("embed"):
        _embed(extracted, check_cancelled)
    with timings.of("store"):
        for claim in extracted:
            claim.stage = Stage.PUBLISHING
        if len(extracted) == 1:  # a large one takes seconds, in which its stage cannot be reported
            extracted[0].renew(settings.INGEST_LEASE)
        published = publish(extracted, timezone.now())
    chunks = sum(claim.chunks.count for claim in published)
    log.info("Files %s completed with %d chunks: %s", names(published), chunks, timings)


class Timings:
    """Seconds of wall time by step, in order. Operators and benchmarks/ingest.py read its `str`."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}

    @contextmanager
    def of(self, step: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self._seconds[step] = time.perf_counter() - started

    def __str__(self) -> str:
        return ", ".join(f"{step} {1000 * spent:.1f} ms" for step, spent in self._seconds.items())


def _check_acceptable(store_file: VectorStoreFile) -> None:
    """Raise what is wrong with a file before anybody has read it, or with its store."""
    if store_file.attempts > settings.INGEST_MAX_ATTEMPTS:
        raise InternalError
    if store_file.file.bytes > settings.MAX_FILE_BYTES:  # it came in parts, which may be more
        raise FileTooLarge
    store_file.vector_store.check_open(timezone.now())


def _embed(claims: Sequence[Claim], check_cancelled: Callable[[], None]) -> None:
    """Embed the chunks of all files as one stream, so that requests are filled across them."""
    model = claims[0].store_file.vector_store.embedding_model  # they were claimed for the same
    texts = (chunk.text for claim in claims for chunk in claim.chunks)
    rest = iter(claims)
    claim = next(rest)
    with closing(embed(texts, model=model, check_cancelled=check_cancelled)) as batches:
        for vectors in batches:
            while len(vectors):
                if not (room := claim.chunks.count - claim.vectors.count):
                    claim = next(rest)
                    continue
                claim.vectors.add(vectors[:room])
                vectors = vectors[room:]


def publish(claims: Sequence[Claim], now: datetime) -> list[Claim]:
    """Complete these files and write their chunks. Return the claims that were not lost.

    A file whose store has another embedding model by now is released, to be embedded with that.
    """
    with settling(claims):
        published = _publish_together(claims, now) if len(claims) > 1 else []
        alone = [claim for claim in claims if claim not in published]
        return published + [claim for claim in alone if _publish_alone(claim, now)]


# Both lock the store first, so that it is not switched. Then comes the status, because it fences
# off workers that have lost the claim.


@transaction.atomic
def _publish_together(claims: Sequence[Claim], now: datetime) -> list[Claim]:
    """Publish the files that are not locked, in one transaction. Return what was published."""
    current = lock_generations(claim.store_file.vector_store for claim in claims)
    ready = [claim for claim in claims if claim.store_file.vector_store_id in current]
    published = complete_together(ready, now)
    replace_chunks([claim.content() for claim in published])
    changed(claim.store_file.vector_store_id for claim in published)
    return published


def _publish_alone(claim: Claim, now: datetime) -> bool:
    """Publish one file, waiting for its row. Return False if it was lost or released."""
    store = claim.store_file.vector_store
    try:
        with transaction.atomic():
            lock_generation(store)
            if not claim.complete(now, **claim.facts()):
                return False
            replace_chunks([claim.content()])
            changed([store.pk])
    except StoreChanged:
        claim.release(now)
        return False
    return True
