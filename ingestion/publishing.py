"""The end of a successful ingestion: status, counts and chunks in one transaction, or none."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from ingestion.work import Work
from vectorstores.models.chunks import replace_chunks
from vectorstores.models.store_files import complete_together


def publish(works: Sequence[Work], now: datetime) -> list[Work]:
    """Complete these files: those of them that were still held."""
    published = _publish_together(works, now) if len(works) > 1 else []
    alone = [work for work in works if work not in published]
    return published + [work for work in alone if _publish_alone(work, now)]


# The status first: it fences off whoever lost the claim.


@transaction.atomic
def _publish_together(works: Sequence[Work], now: datetime) -> list[Work]:
    completed = complete_together([(work.store_file, work.facts()) for work in works], now)
    published = [work for work in works if work.store_file.pk in completed]
    replace_chunks([work.content() for work in published])
    return published


@transaction.atomic
def _publish_alone(work: Work, now: datetime) -> bool:
    if not work.store_file.complete(now, **work.facts()):
        return False
    replace_chunks([work.content()])
    return True
