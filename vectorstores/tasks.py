"""Upkeep, started by beat: finding what messages lost, and deleting what was given up.

And indexes, built by a worker that the sweep wakes.
"""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from vectorstores import dispatch, maintenance
from vectorstores.indexes.building import build_due
from vectorstores.indexes.review import review_all, review_changed, wake_builder

BUILDER_HAS = timedelta(minutes=30)


@shared_task(name=dispatch.SWEEP)
def sweep(**_: object) -> int:
    """Wake workers for files whose message was lost or whose worker went silent. How often.

    Then look at stores that have changed, and wake one for indexes that are wanted.
    """
    now = timezone.now()
    maintenance.give_up(now, after=settings.EMBEDDING_GIVE_UP)
    woken = maintenance.wake(now) + maintenance.wake_reembedding(now)
    review_changed(now)
    wake_builder(now)
    return woken


@shared_task(name=dispatch.MAKE_TERMS)
def make_terms(**_: object) -> int:
    """Give chunks their terms that were published without. Of how many chunks; mostly of none."""
    return maintenance.make_missing_terms()


@shared_task(name=dispatch.PURGE)
def purge(**_: object) -> int:
    """Delete the rows and bytes behind what was deleted or has expired. How many rows."""
    return maintenance.purge(timezone.now(), tombstone_age=settings.TOMBSTONE_AGE)


@shared_task(name=dispatch.REVIEW)
def review(**_: object) -> int:
    """Look at all stores, whether they are known to have changed or not. How many."""
    return review_all(timezone.now())


@shared_task(name=dispatch.BUILD_INDEXES)
def build_indexes(**_: object) -> int:
    """Build what indexes are wanted, one after the other. How many.

    If it ends before all are built, the sweep wakes another one; while one builds, others find
    nothing to do.
    """
    return build_due(timezone.now, for_=BUILDER_HAS)
