"""How much may be asked for in a minute: OpenAI's limits, each a setting.

A limit is a budget for a minute that refills evenly: of 300 a minute, 5 come back each second.
So a minute's worth may come at once, whoever is refused is told from when on the same request
gets through, and that is never more than a minute.

Budgets are counted in Redis, by all web processes together. Limits protect a service that works:
while Redis does not answer, requests go on without.
"""

from datetime import datetime

from django.conf import settings

from vectorstores.models import Project, VectorStore
from vectorstores.ratelimits.budgets import Budget, Charge, take

__all__ = ["Budget", "Charge", "attach_requests", "attached_files", "give_back", "spend", "uploads"]


def uploads(project: Project) -> Charge:
    owner = f"uploads in project {project.name}"
    return Charge(f"uploads:{project.pk}", settings.UPLOADS_PER_MINUTE, owner)


def attach_requests(store: VectorStore) -> Charge:
    """Single files and batches share one budget."""
    owner = f"vector store {store.public_id}"
    return Charge(f"attach:{store.pk}", settings.ATTACH_REQUESTS_PER_MINUTE, owner)


def attached_files(project: Project, count: int) -> Charge:
    limit = settings.ATTACHED_FILES_PER_MINUTE
    owner = f"project {project.name}"
    return Charge(f"files:{project.pk}", limit, owner, unit="attached files", cost=count)


def spend(*charges: Charge, now: datetime) -> list[Budget]:
    """The budgets after these charges. Where one has not enough, nothing is taken from any.

    Of limits that are off, and while Redis does not answer, there are none.
    """
    return take([charge for charge in charges if _is_limited(charge)], now=now)


def give_back(*charges: Charge, now: datetime) -> None:
    """Undo charges: what they were for did not happen."""
    take([charge.negative() for charge in charges if _is_limited(charge)], now=now)


def _is_limited(charge: Charge) -> bool:
    return bool(settings.RATE_LIMITS and charge.limit > 0 and charge.cost > 0)
