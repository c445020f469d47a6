"""Lexicons of stores that have changed much, sampled again when these are reviewed."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from vectorstores.models.lexicons import Lexicon


def refresh_stale(chunks: Mapping[UUID, int], now: datetime) -> int:
    """Of stores that have so many chunks each. How many."""
    kept = Lexicon.objects.defer("data").in_bulk(chunks)
    stale = [
        store_id
        for store_id, count in chunks.items()
        if (kept[store_id].is_stale(count) if store_id in kept else count > 0)
    ]
    for store_id in stale:
        Lexicon.objects.refresh(store_id, now)
    return len(stale)
