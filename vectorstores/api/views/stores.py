from uuid import UUID

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from vectorstores import ids, services
from vectorstores.api import public_ids
from vectorstores.api.serializers.bodies import validated
from vectorstores.api.serializers.stores import (
    CreateVectorStoreRequest,
    UpdateVectorStoreRequest,
    VectorStoreResponse,
)
from vectorstores.api.views.viewsets import LimitedViewSet
from vectorstores.models import VectorStore


class StoreViewSet(LimitedViewSet):
    serializer_class = VectorStoreResponse
    cursors = ids.VECTOR_STORE

    def get_queryset(self) -> QuerySet[VectorStore]:
        return VectorStore.objects.in_project(self.project).live().with_file_counts(self.now)

    def anchors(self, pk: UUID) -> QuerySet[VectorStore]:
        return VectorStore.objects.in_project(self.project).filter(pk=pk)

    def create(self, request: Request) -> Response:
        params = validated(CreateVectorStoreRequest, request.data)
        chunking = params.pop("chunking", services.Chunking())
        attachments = [
            services.Attachment(id_, chunking=chunking) for id_ in params.pop("file_ids", [])
        ]
        with self.attaching(attachments):
            store = services.create_store(
                project=self.project,
                attachments=attachments,
                expires_after_days=params.pop("expires_after", {}).get("days"),
                now=self.now,
                **params,
            )
        return self.store_response(store.public_id)

    def retrieve(self, request: Request, vector_store_id: str) -> Response:
        return self.store_response(vector_store_id)

    def modify(self, request: Request, vector_store_id: str) -> Response:
        store = self.get_store(vector_store_id)
        changes = validated(UpdateVectorStoreRequest, request.data)
        if "expires_after" in changes:
            changes["expires_after_days"] = (changes.pop("expires_after") or {}).get("days")
        services.modify_store(store=store, now=self.now, **changes)
        return self.store_response(vector_store_id)

    def destroy(self, request: Request, vector_store_id: str) -> Response:
        services.delete_store(store=self.get_store(vector_store_id), now=self.now)
        return Response({"id": vector_store_id, "object": "vector_store.deleted", "deleted": True})

    def get_store(self, vector_store_id: str) -> VectorStore:
        return public_ids.STORE.find(self.get_queryset(), vector_store_id)

    def store_response(self, vector_store_id: str) -> Response:
        return Response(self.get_serializer(self.get_store(vector_store_id)).data)
