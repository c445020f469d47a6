"""The bases of all views: the project, paginated lists, the store in the URL, rate limits."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from vectorstores import errors, ids, ratelimits
from vectorstores.api import public_ids
from vectorstores.api.pagination import PageRequest, list_response
from vectorstores.api.serializers.bodies import validated
from vectorstores.models import ApiKey, Project, VectorStore
from vectorstores.models.stores import live_store
from vectorstores.services import Attachment


class ProjectViewSet(GenericViewSet):
    """A view that sees only the objects of the key's project."""

    page_request: type[PageRequest] = PageRequest
    cursors: ids.IdFormat  # the format of the ids in `after` and `before`
    embedded_param: str | None = None  # the parameter to name if the embedder refuses a text
    # Without OPTIONS, because DRF would answer it with the names of our classes.
    http_method_names = ["get", "head", "post", "delete"]

    @property
    def project(self) -> Project:
        return cast(ApiKey, self.request.auth).project

    @cached_property
    def now(self) -> datetime:
        """The current time, the same throughout the request."""
        return timezone.now()

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "now": self.now}

    def list(self, request: Request, **_: str) -> Response:
        query = request.query_params.dict()
        query.pop("api-version", None)  # since Azure's clients add it to every URL
        values = validated(self.page_request, query)
        return list_response(self, self.filtered(self.get_queryset(), values), values)

    def filtered(self, rows: QuerySet[Any], values: dict[str, Any]) -> QuerySet[Any]:
        """Return the rows that match the list's own parameters."""
        return rows

    def anchors(self, pk: UUID) -> QuerySet[Any]:
        """Return the row that a cursor names, even if it has been deleted."""
        raise NotImplementedError

    def public_id(self, item: Any) -> str:
        return str(item.public_id)


class InStoreViewSet(ProjectViewSet):
    """The base of views below /vector_stores/{vector_store_id}/."""

    @cached_property
    def store(self) -> VectorStore:
        public_id = self.kwargs["vector_store_id"]
        store = live_store(self.project, public_ids.STORE.decode(public_id))
        if store is None:
            raise errors.StoreNotFound(public_id)
        return store


class LimitedViewSet(ProjectViewSet):
    """A view whose requests count against rate limits, and whose responses state what is left."""

    budget: ratelimits.Budget | None = None

    def charge(self, *charges: ratelimits.Charge) -> None:
        """Count a request. If a budget is too small, raise RateLimited and count nothing."""
        budgets = ratelimits.spend(*charges, now=self.now)
        if budgets:
            self.budget = max(budgets, key=lambda budget: budget.wait)
            self.budget.check()

    @contextmanager
    def attaching(
        self, attachments: Sequence[Attachment], to: VectorStore | None = None
    ) -> Iterator[None]:
        """Count the files, and the request if it is to a store. On failure, give the files back."""
        requests = [ratelimits.attach_requests(to)] if to else []
        files = ratelimits.attached_files(self.project, len({each.file_id for each in attachments}))
        self.charge(*requests, files)
        try:
            yield
        except BaseException:
            ratelimits.give_back(files, now=self.now)
            raise

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
    """Format a duration as Go does, to the millisecond: `120ms`, `1.5s`, `1m0s`."""
    if 0 < seconds < 1:
        return f"{round(seconds * 1000)}ms"
    minutes, rest = divmod(seconds, 60)
    return f"{minutes:.0f}m{rest:g}s" if minutes else f"{rest:g}s"
