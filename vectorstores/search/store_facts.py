"""Facts that a search needs about a store beside its row, at most a second old."""

from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from cachetools import TTLCache, cached

from vectorstores.indexes.definitions import text_index, vector_index
from vectorstores.models import VectorStore
from vectorstores.postgres.statements import fetch

FRESH = 1.0  # seconds
CACHED = 10_000  # stores, some 300 bytes each

# NULL if the index does not exist.
_FACTS = """
SELECT (SELECT made_at FROM vectorstores_lexicon WHERE vector_store_id = %s),
       (SELECT chunks FROM vectorstores_lexicon WHERE vector_store_id = %s),
       (SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)),
       (SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s))
"""


@dataclass(frozen=True)
class StoreFacts:
    """Both indexes are True if they may be used: built, and valid.

    `chunks` is roughly how many the store has, 0 if they have never been counted.
    """

    vector_index: bool = False
    text_index: bool = False
    chunks: int = 0
    lexicon_made_at: datetime | None = None


@cached(TTLCache(CACHED, FRESH), key=lambda store: (store.pk, store.generation), lock=Lock())
def store_facts(store: VectorStore) -> StoreFacts:
    """Return the store's facts, at most a second old.

    An index dropped within that second does no harm, because the same statement then compares
    everything.
    """
    names = vector_index(store.pk, store.generation), text_index(store.pk)
    ((made_at, chunks, vector, text),) = fetch(_FACTS, (store.pk, store.pk, *names), always=True)
    return StoreFacts(bool(vector), bool(text), chunks or 0, made_at)
