"""What all views share: the project, the store in the address, lists by cursor."""

from datetime import datetime
from functools import cached_property
from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from vectorstores.api.pagination import PageParams, list_response
from vectorstores.api.serializers.base import read
from vectorstores.errors import InvalidParameter, StoreNotFound
from vectorstores.ids import VECTOR_STORE, IdFormat
from vectorstores.models import ApiKey, Project, VectorStore
from vectorstores.models.stores import live_store


class ProjectViewSet(GenericViewSet):
    """Sees the objects of the key's project and no others."""

    page_params: type[PageParams] = PageParams
    embedded_param: str | None = None  # named where the embedder refuses what a request says
    http_method_names = ["get", "head", "post", "delete"]  # no OPTIONS: DRF would tell our classes

    @property
    def project(self) -> Project:
        return cast(ApiKey, self.request.auth).project

    @cached_property
    def now(self) -> datetime:
        """One moment for the whole request."""
        return timezone.now()

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "now": self.now}

    def list(self, request: Request, **_: str) -> Response:
        query = request.query_params.dict()
        query.pop("api-version", None)  # Azure's clients add it to every address
        values = read(self.page_params, query)
        return list_response(self, self.filtered(self.get_queryset(), values), values)

    def filtered(self, rows: QuerySet[Any], values: dict[str, Any]) -> QuerySet[Any]:
        """The rows a list's own parameters ask for."""
        return rows

    def anchors(self, cursor: str) -> QuerySet[Any]:
        """The row a cursor names, also when it has been deleted."""
        raise NotImplementedError

    def public_id(self, item: Any) -> str:
        return str(item.public_id)


class InStoreViewSet(ProjectViewSet):
    """Below /vector_stores/{vector_store_id}/."""

    @cached_property
    def store(self) -> VectorStore:
        public_id = self.kwargs["vector_store_id"]
        pk = decode(VECTOR_STORE, public_id, "vector_store_id")
        store = live_store(self.project, pk)
        if store is None:
            raise StoreNotFound(public_id)
        return store


def decode(format_: IdFormat, public_id: str, param: str) -> UUID:
    """The UUID of an id in the address.

    Raises InvalidParameter where the id is of another kind of object.
    """
    if not public_id.startswith(format_.prefix):
        raise InvalidParameter(
            f"Invalid '{param}': '{public_id}'. Expected an ID that begins with "
            f"'{format_.prefix}'.",
            param=param,
        )
    return format_.decode(public_id)
