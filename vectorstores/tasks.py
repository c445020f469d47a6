"""Maintenance, started by beat: workers are woken, chunks and rows purged, indexes built."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from vectorstores import dispatch, maintenance
from vectorstores.indexes.building import build_due
from vectorstores.indexes.review import review_all, review_changed, wake_builder
from vectorstores.storage.incoming import remove_left_uploads

BUILDER_HAS = timedelta(minutes=30)


@shared_task(name=dispatch.SWEEP)
def sweep(**_: object) -> int:
    """Wake workers for files whose message was lost or whose worker went silent.

    Then review stores that have changed, and wake a worker for indexes that are wanted. Return how
    many workers were woken for files and changes of model.
    """
    now = timezone.now()
    maintenance.expire_waiting_files(now, after=settings.EMBEDDING_GIVE_UP)
    woken = maintenance.wake(now) + maintenance.wake_reembedding(now)
    review_changed(now)
    wake_builder(now)
    return woken


@shared_task(name=dispatch.MAKE_TERMS)
def make_terms(**_: object) -> int:
    """Give chunks the terms of this version. Return of how many chunks; mostly of none."""
    return maintenance.make_missing_terms()


@shared_task(name=dispatch.PURGE)
def purge(**_: object) -> int:
    """Delete the rows and bytes behind what was deleted or has expired. Return how many rows."""
    return maintenance.purge(timezone.now(), tombstone_age=settings.TOMBSTONE_AGE)


@shared_task(name=dispatch.REMOVE_ORPHANS)
def remove_orphans(**_: object) -> int:
    """Remove bytes of uploads that were cut off by a crash. Return how many files they were."""
    now = timezone.now()
    return remove_left_uploads(now) + maintenance.remove_orphans(now)


@shared_task(name=dispatch.REVIEW)
def review(**_: object) -> int:
    """Review all stores, whether they were reported as changed or not. Return how many."""
    return review_all(timezone.now())


@shared_task(name=dispatch.BUILD_INDEXES)
def build_indexes(**_: object) -> int:
    """Build the indexes that are wanted, one after the other. Return how many.

    If it ends before all are built, the sweep wakes another one; while one builds, others find
    nothing to do.
    """
    return build_due(timezone.now, for_=BUILDER_HAS)
