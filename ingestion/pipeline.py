"""Files, from bytes to searchable chunks. Small ones together, so that the embedder's requests
are full and Postgres commits seldom; large ones alone.

    take ─▶ parse and chunk ─▶ embed ─▶ publish
                 └───────────────┴── fail, with a reason    or    hand back, to be tried again

Nothing is written before `publish`, and that is one transaction: a worker that is killed, or whose
file is cancelled meanwhile, leaves no trace.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager

from django.conf import settings
from django.utils import timezone

from ingestion import outcomes
from ingestion.claims import ClaimLost, Claims, kept
from ingestion.embedding import embed
from ingestion.extraction import Check, reading
from ingestion.failures import each, handed_back_on_failure, waiting_for_others
from ingestion.last_errors import FileTooLarge, IngestionError, InternalError
from ingestion.publishing import publish
from ingestion.reuse import fingerprint, publish_known, sources
from ingestion.stages import Stages
from ingestion.work import Work, names, still_open
from vectorstores.errors import ModelMismatch, StoreExpired
from vectorstores.models import Stage, VectorStoreFile
from vectorstores.models.switching import StoreChanged

log = logging.getLogger(__name__)


def ingest(files: Sequence[VectorStoreFile], *, between: Check = lambda: None) -> None:
    """Bring these claimed files to their end, each to its own, or hand them back.

    `between` is called from time to time while a long work goes on.
    """
    if not files:
        return
    works = [Work(file, fingerprint(file)) for file in files]
    with (
        handed_back_on_failure(works),
        waiting_for_others(works),
        kept(works, settings.INGEST_LEASE) as claims,
    ):
        _bring_to_end(works, claims, between)


def _bring_to_end(works: Sequence[Work], claims: Claims, between: Check) -> None:
    stages = Stages()

    def check() -> None:
        claims.check()
        with ExitStack() as undoing:
            undoing.callback(each, works, outcomes.hand_back)  # of others' faults nothing counts
            between()
            undoing.pop_all()

    with stages.timed("parse"):
        claims.check()
        unknown = _unknown(works)
        with reading(unknown, check) as parse:
            for work in unknown:
                claims.check()
                with _failing(work):
                    parse(work)
    read = still_open(works)
    if not read:
        return
    with stages.timed("embed"):
        _embed(read, check)
    with stages.timed("store"):
        published = _publish(read, claims)
    chunks = sum(work.chunks.count for work in published)
    log.info("Files %s completed with %d chunks: %s", names(published), chunks, stages)


def _unknown(works: Sequence[Work]) -> list[Work]:
    """Those of them that are left to be read: of others the project has the chunks already."""
    for work in works:
        with _failing(work):
            _check(work.store_file)
    works = still_open(works)
    for work, source in zip(works, sources(works), strict=True):
        if source:
            with _failing(work):
                _publish_known(work, source)
    return still_open(works)


@contextmanager
def _failing(work: Work) -> Iterator[None]:
    """Brings a file to its end with which something is wrong, or with its store."""
    try:
        yield
    except IngestionError as error:
        outcomes.fail(work, error, timezone.now())
    except (ModelMismatch, StoreExpired) as error:
        outcomes.fail(work, InternalError(error.message), timezone.now())
    except StoreChanged:
        outcomes.hand_back(work, timezone.now())


def _check(store_file: VectorStoreFile) -> None:
    if store_file.attempts > settings.INGEST_MAX_ATTEMPTS:
        raise InternalError
    if store_file.file.bytes > settings.MAX_FILE_BYTES:  # it came in parts, which may be more
        raise FileTooLarge
    store_file.vector_store.check_open(timezone.now())


def _publish_known(work: Work, source: VectorStoreFile) -> None:
    with work.lock:
        try:
            chunks = publish_known(work.store_file, source, timezone.now())
        except ClaimLost:  # the others of its group go on without it
            work.open = False
            return
        work.open = chunks is None
    if chunks is not None:
        log.info("File %s completed with %d chunks that were known.", work, chunks)


def _embed(works: Sequence[Work], check: Check) -> None:
    """The vectors of all files as one stream: requests are filled across them."""
    model = works[0].store_file.vector_store.embedding_model  # and of them all, as they were taken
    texts = (chunk.text for work in works for chunk in work.chunks)
    rest = iter(works)
    work = next(rest)
    with closing(embed(texts, model=model, check_cancelled=check)) as batches:
        for vectors in batches:
            while len(vectors):
                if not (room := work.chunks.count - work.vectors.count):
                    work = next(rest)
                    continue
                work.vectors.add(vectors[:room])
                vectors = vectors[room:]


def _publish(works: Sequence[Work], claims: Claims) -> list[Work]:
    for work in works:
        work.stage = Stage.PUBLISHING
    if len(works) == 1:  # for a large file it takes seconds, and a small one is soon through
        claims.tell(works[0])
    with ExitStack() as locks:
        for work in works:
            locks.enter_context(work.lock)
        published = publish(works, timezone.now())
        for work in works:
            work.open = False
    return published
