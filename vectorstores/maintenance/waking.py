"""Waking workers again, and giving up what none of them can do."""

from datetime import datetime, timedelta

from django.db import models

from vectorstores import dispatch
from vectorstores.embeddings import all_models, availability
from vectorstores.embeddings.errors import SILENT
from vectorstores.models import Reembedding, VectorStoreFile

GIVEN_UP = 1000  # rows at a time


def wake(now: datetime) -> int:
    """Wake workers for files that are due, as far as not as many messages wait for them already.

    That finds files whose message was lost, whose worker went silent, and whose backoff is over.
    None for a model whose embedder is left alone: they could do nothing. How many messages.
    """
    left_alone = [name for name, state in availability.open_states().items() if state.until > now]
    if len(left_alone) == len(all_models()):
        return 0
    woken = 0
    for bulk in (False, True):
        rows = VectorStoreFile.objects.due(now).not_for(left_alone).filter(bulk=bulk)
        due = rows[: dispatch.MOST_WAKES].count()
        files = due - dispatch.waiting(bulk=bulk) if due else 0
        if files > 0:
            dispatch.wake(files=files, bulk=bulk)
            woken += files
    return woken


def wake_reembedding(now: datetime) -> int:
    """Likewise for changes of a store's embedding model."""
    due = Reembedding.objects.due(now)[: dispatch.MOST_WAKES].count()
    jobs = due - dispatch.waiting_to_reembed() if due else 0
    if jobs > 0:
        dispatch.wake_reembedding(jobs=jobs)
    return max(jobs, 0)


def give_up(now: datetime, *, after: timedelta) -> int:
    """Fail what has waited so long for an embedder that has not answered for as long. How many.

    A file that was tried is failed by who tries it last; most have never been.
    """
    given_up = 0
    for model, state in availability.open_states().items():
        if state.since <= now - after:
            due = VectorStoreFile.objects.due(now).for_model(model)
            given_up += _give_up(due.filter(due_at__lte=now - after), now)
    return given_up


def _give_up(waiting: models.QuerySet[VectorStoreFile], now: datetime) -> int:
    keys = VectorStoreFile.objects.filter(pk__in=waiting.values("pk")[:GIVEN_UP])
    return keys.expire(now, code="server_error", message=f"An internal error occurred. {SILENT}")
