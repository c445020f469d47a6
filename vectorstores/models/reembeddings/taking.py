from datetime import datetime, timedelta

from django.db import transaction

from vectorstores.models.reembeddings.reembedding import Reembedding


@transaction.atomic
def take_reembedding(now: datetime, *, lease: timedelta) -> Reembedding | None:
    """Claim the change of model that has been due for longest, if any is."""
    due = Reembedding.objects.due(now).select_related("vector_store").order_by("due_at")
    job = due.select_for_update(skip_locked=True, of=("self",), no_key=True).first()
    if job:
        job.due_at, job.claimed_at = now + lease, now
        Reembedding.objects.filter(pk=job.pk).update(due_at=job.due_at, claimed_at=now)
    return job
