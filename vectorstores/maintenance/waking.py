"""Waking workers for rows that are due, and failing files that cannot be embedded."""

from datetime import datetime, timedelta

from vectorstores import dispatch
from vectorstores.embeddings import all_models, availability
from vectorstores.embeddings.errors import SILENT
from vectorstores.models import Reembedding, VectorStoreFile

MOST_EXPIRED = 1000  # files of each model in a run


def wake(now: datetime) -> int:
    """Wake workers for files that are due, unless enough messages are queued already.

    This finds files whose message was lost, whose worker went silent, or whose backoff is over.
    Models whose breaker is open are left out, because no worker would be admitted. Return the
    number of messages sent.
    """
    left_out = [name for name, state in availability.open_states().items() if state.until > now]
    if len(left_out) == len(all_models()):
        return 0
    woken = 0
    for bulk in (False, True):
        rows = VectorStoreFile.objects.due(now).not_for(left_out).filter(bulk=bulk)
        due = rows[: dispatch.MOST_WAKES].count()
        files = due - dispatch.waiting(bulk=bulk) if due else 0
        if files > 0:
            dispatch.wake(files=files, bulk=bulk)
            woken += files
    return woken


def wake_reembedding(now: datetime) -> int:
    """Wake workers for re-embeddings that are due. Return the number of messages sent."""
    due = Reembedding.objects.due(now)[: dispatch.MOST_WAKES].count()
    jobs = due - dispatch.waiting_to_reembed() if due else 0
    if jobs > 0:
        dispatch.wake_reembedding(jobs=jobs)
    return max(jobs, 0)


def expire_waiting_files(now: datetime, *, after: timedelta) -> int:
    """Fail files that have been due for `after`, if their embedder has been down for as long.

    Return how many. Most of these were never tried, because workers fail the files that they try.
    """
    expired = 0
    for model, state in availability.open_states().items():
        if state.since > now - after:
            continue
        waiting = VectorStoreFile.objects.due(now).for_model(model).filter(due_at__lte=now - after)
        files = VectorStoreFile.objects.filter(pk__in=waiting.values("pk")[:MOST_EXPIRED])
        message = f"An internal error occurred. {SILENT}"
        expired += files.expire(now, code="server_error", message=message)
    return expired
