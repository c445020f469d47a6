from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from vectorstores import ratelimits
from vectorstores.api.views.base import ProjectViewSet
from vectorstores.models import VectorStore
from vectorstores.ratelimits import Budget, Charge


class LimitedViewSet(ProjectViewSet):
    """Requests that count, and answers that tell how many more there may be."""

    budget: Budget | None = None

    def charge(self, *charges: Charge) -> None:
        """Count a request. Raises RateLimited, and counts nothing, where a budget is too small."""
        budgets = ratelimits.spend(*charges, now=self.now)
        if budgets:
            self.budget = max(budgets, key=lambda budget: budget.wait)
            self.budget.check()

    @contextmanager
    def attaching(self, file_ids: list[str], to: VectorStore | None = None) -> Iterator[None]:
        """Count the request to a store, and the files, unless they are not attached after all."""
        requests = [ratelimits.attach_requests(to)] if to else []
        files = ratelimits.attached_files(self.project, len(set(file_ids)))
        self.charge(*requests, files)
        with ExitStack() as undoing:
            undoing.callback(ratelimits.give_back, files, now=self.now)
            yield
            undoing.pop_all()

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.budget is not None:
            response["x-ratelimit-limit-requests"] = str(self.budget.charge.limit)
            response["x-ratelimit-remaining-requests"] = str(self.budget.remaining)
            response["x-ratelimit-reset-requests"] = duration(self.budget.full_in)
        return response


def duration(seconds: float) -> str:
    """As Go writes it, to the millisecond: `120ms`, `1.5s`, `1m0s`."""
    if 0 < seconds < 1:
        return f"{round(seconds * 1000)}ms"
    minutes, rest = divmod(seconds, 60)
    return f"{minutes:.0f}m{rest:g}s" if minutes else f"{rest:g}s"
