"""What is known of a store beside its row, for planning: at most a second old."""

import time
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from uuid import UUID

from vectorstores.indexes.definitions import text_index, vector_index
from vectorstores.models import VectorStore
from vectorstores.postgres.statements import fetch
from vectorstores.search.plan import Indexes

FRESH = 1.0  # seconds
KEPT = 10_000  # stores, some 300 bytes each

# Of an index that is not there, nothing comes.
_FACTS = """
SELECT (SELECT made_at FROM vectorstores_lexicon WHERE vector_store_id = %s),
       (SELECT chunks FROM vectorstores_lexicon WHERE vector_store_id = %s),
       (SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)),
       (SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s))
"""


@dataclass(frozen=True)
class Facts:
    """`chunks` is roughly how many the store has, and 0 where nobody has counted them yet."""

    indexes: Indexes
    chunks: int
    lexicon_made_at: datetime | None


_known: dict[tuple[UUID, int], tuple[float, Facts]] = {}
_changing = Lock()


def facts_of(store: VectorStore) -> Facts:
    """An index that was dropped within that second is not missed: without it, the same statement
    compares everything."""
    key, now = (store.pk, store.generation), time.monotonic()
    read_at, facts = _known.get(key, (0.0, None))
    if facts is None or now - read_at > FRESH:
        facts = _read(store)
        with _changing:
            _known.pop(key, None)
            while len(_known) >= KEPT:
                _known.pop(next(iter(_known)))  # the one read longest ago
            _known[key] = now, facts
    return facts


def forget() -> None:
    """For tests, which do in a second what takes a store days."""
    _known.clear()


def _read(store: VectorStore) -> Facts:
    names = vector_index(store.pk, store.generation), text_index(store.pk)
    ((made_at, chunks, vector, text),) = fetch(_FACTS, (store.pk, store.pk, *names), always=True)
    return Facts(Indexes(vector=bool(vector), text=bool(text)), chunks or 0, made_at)
