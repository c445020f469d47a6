"""The end of a successful ingestion: status, counts and chunks in one transaction, or none."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from ingestion.work import Work
from vectorstores.dispatch import changed
from vectorstores.models.chunks import replace_chunks
from vectorstores.models.store_files.queue import complete_together
from vectorstores.models.switching import StoreChanged, keep_generation, keep_generations


def publish(works: Sequence[Work], now: datetime) -> list[Work]:
    """Complete these files: those of them that were still held.

    A file whose store has another embedding model by now is handed back, to be embedded with that.
    """
    published = _publish_together(works, now) if len(works) > 1 else []
    alone = [work for work in works if work not in published]
    return published + [work for work in alone if _publish_alone(work, now)]


# The store first, which keeps it from being switched. Then the status: it fences off whoever lost
# the claim.


@transaction.atomic
def _publish_together(works: Sequence[Work], now: datetime) -> list[Work]:
    kept = keep_generations(work.store_file.vector_store for work in works)
    current = [work for work in works if work.store_file.vector_store_id in kept]
    completed = complete_together([(work.store_file, work.facts()) for work in current], now)
    published = [work for work in current if work.store_file.pk in completed]
    replace_chunks([work.content() for work in published])
    changed(work.store_file.vector_store_id for work in published)
    return published


def _publish_alone(work: Work, now: datetime) -> bool:
    try:
        return _complete(work, now)
    except StoreChanged:
        work.store_file.postpone(now, attempts=work.store_file.attempts - 1)
        return False


@transaction.atomic
def _complete(work: Work, now: datetime) -> bool:
    keep_generation(work.store_file.vector_store)
    if not work.store_file.complete(now, **work.facts()):
        return False
    replace_chunks([work.content()])
    changed([work.store_file.vector_store_id])
    return True
