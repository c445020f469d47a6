"""Upkeep, started by beat: finding what messages lost, and deleting what was given up."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from vectorstores import dispatch, upkeep


@shared_task(name=dispatch.SWEEP)
def sweep(**_: object) -> int:
    """Wake workers for files whose message was lost or whose worker went silent. How often."""
    now = timezone.now()
    upkeep.adopt()
    upkeep.give_up(now, after=settings.EMBEDDING_GIVE_UP)
    return upkeep.wake(now)


@shared_task(name=dispatch.PURGE)
def purge(**_: object) -> int:
    """Delete the rows and bytes behind what was deleted or has expired. How many rows."""
    return upkeep.purge(timezone.now(), tombstone_age=settings.TOMBSTONE_AGE)
