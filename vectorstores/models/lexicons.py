"""The lexicon of a store: how rare each term is in it, by which BM25 weighs a question's terms.

It is estimated from a sample, which ranks as well as exact counts do. Each store has one row, which
attaching and detaching leave alone: a store that has changed a little ranks almost the same, and a
store that has changed a lot is sampled again.
"""

import time
from datetime import datetime
from functools import cached_property
from threading import Lock
from uuid import UUID

import numpy as np
from cachetools import LRUCache, TTLCache, cached
from django.db import connection, models
from django.db.models import Sum
from django.utils import timezone
from numpy.typing import NDArray

from vectorstores.models.store_files.store_file import Status, VectorStoreFile
from vectorstores.models.stores import VectorStore

SAMPLE = 2000  # chunks at most
SEEN_ONCE = 0.3  # sampled chunks: the count assumed for a term seen in one of them or in none
REMEMBERED = 128  # lexicons in a process, of about 110 KB each
GOOD_FOR = 5  # seconds, for a sample that is not saved

# Every `step`th chunk of the store, by the order of its files and then of their chunks. LIMIT makes
# each a lookup in the primary key, because the planner otherwise expects more chunks and reads them
# all. The terms come as bytes, since a list of some hundred thousand numbers takes twice as long.
_EVERY = """
WITH file AS (
    SELECT id, chunks_total, sum(chunks_total) OVER (ORDER BY id) - chunks_total AS chunks_before
      FROM vectorstores_vectorstorefile
     WHERE vector_store_id = %(store)s AND deleted_at IS NULL AND usage_bytes > 0
       AND status = 'completed'
)
SELECT array_send(chunk.terms)
  FROM file
 CROSS JOIN LATERAL generate_series((-chunks_before %% %(step)s + %(step)s) %% %(step)s,
                                    chunks_total - 1, %(step)s) AS place
 CROSS JOIN LATERAL (
    SELECT terms
      FROM chunk_terms
     WHERE vector_store_id = %(store)s AND store_file_id = file.id AND position = place
     LIMIT 1) AS chunk
"""


class LexiconQuerySet(models.QuerySet["Lexicon"]):
    def refresh(self, store_id: UUID, now: datetime) -> "Lexicon":
        """Sample the store, and save that in place of its lexicon."""
        lexicon = sample(store_id, now)
        Lexicon.objects.bulk_create(
            [lexicon],
            update_conflicts=True,
            unique_fields=["vector_store"],
            update_fields=["chunks", "sampled", "data", "made_at"],
        )
        return lexicon


class Lexicon(models.Model):
    vector_store = models.OneToOneField(
        VectorStore, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    chunks = models.IntegerField()
    sampled = models.IntegerField()
    # The terms that at least two of the sampled chunks have, ascending, four bytes each; then the
    # number of these chunks for each term, two bytes each.
    data = models.BinaryField()
    made_at = models.DateTimeField()

    objects = LexiconQuerySet.as_manager()

    def __str__(self) -> str:
        return f"lexicon of {self.vector_store_id}"

    def df(self, ids: NDArray[np.int32]) -> NDArray[np.float64]:
        """Estimate how many of the store's chunks have each term: at least one, since terms are
        looked up to score chunks that have them."""
        terms, counts = self._counts
        seen = np.full(len(ids), SEEN_ONCE)
        if len(terms):
            at = np.searchsorted(terms, ids).clip(max=len(terms) - 1)
            seen = np.where(terms[at] == ids, counts[at], seen)
        df: NDArray[np.float64] = (seen * self.chunks / max(self.sampled, 1)).clip(min=1)
        return df

    def idf(self, ids: NDArray[np.int32]) -> NDArray[np.float32]:
        """Return each term's inverse document frequency as Lucene's BM25 has it, always above 0."""
        df = self.df(ids)
        idf: NDArray[np.float64] = np.log1p((max(self.chunks, 1) - df + 0.5) / (df + 0.5))
        return idf.astype(np.float32)

    def is_stale(self, chunks: int) -> bool:
        """Return whether a store that now has `chunks` chunks has grown or shrunk by a quarter."""
        return 4 * abs(chunks - self.chunks) >= max(self.chunks, 1)

    @cached_property
    def _counts(self) -> tuple[NDArray[np.int32], NDArray[np.uint16]]:
        many = len(self.data) // 6
        terms = np.frombuffer(self.data, "<i4", many)
        return terms, np.frombuffer(self.data, "<u2", many, offset=terms.nbytes)


def lexicon_of(store_id: UUID, made_at: datetime | None) -> Lexicon:
    """Return the store's lexicon, made at `made_at` or later.

    If that is None, the store has none: sample one now, and cache it in this process for GOOD_FOR
    seconds.
    """
    if made_at:
        try:
            return _saved(store_id, made_at)
        except Lexicon.DoesNotExist:  # it was removed meanwhile
            pass
    return _sampled(store_id)


@cached(LRUCache(REMEMBERED), lock=Lock())
def _saved(store_id: UUID, made_at: datetime) -> Lexicon:
    return Lexicon.objects.get(vector_store=store_id)


@cached(TTLCache(REMEMBERED, GOOD_FOR, timer=lambda: time.monotonic()), lock=Lock())
def _sampled(store_id: UUID) -> Lexicon:
    return sample(store_id, timezone.now())


def clear_caches() -> None:
    """Clear the caches, for tests that change a store sooner than they expire."""
    _saved.cache_clear()
    _sampled.cache_clear()


def sample(store_id: UUID, now: datetime) -> Lexicon:
    """Build a lexicon from at most SAMPLE chunks, spread evenly over the store. Do not save it."""
    files = VectorStoreFile.objects.filter(vector_store=store_id, deleted_at=None)
    completed = files.filter(status=Status.COMPLETED, usage_bytes__gt=0)
    chunks = completed.aggregate(chunks=Sum("chunks_total", default=0))["chunks"]
    step = max(-(-chunks // SAMPLE), 1)
    with connection.cursor() as cursor:
        cursor.execute(_EVERY, {"store": store_id, "step": step})
        # A header of six integers, the last being the first element's length; then each element
        # and the next one's length. An empty array has a header of three.
        rows = [np.frombuffer(array, ">i4")[6::2] for (array,) in cursor]
    terms, counts = np.unique(np.concatenate([np.empty(0, np.int32), *rows]), return_counts=True)
    often = counts > 1
    return Lexicon(
        vector_store_id=store_id,
        chunks=chunks,
        sampled=len(rows),
        data=terms[often].astype("<i4").tobytes() + counts[often].astype("<u2").tobytes(),
        made_at=now,
    )
