from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from vectorstores import services
from vectorstores.api import public_ids
from vectorstores.api.serializers.batches import (
    CreateVectorStoreFileBatchRequest,
    VectorStoreFileBatchResponse,
)
from vectorstores.api.serializers.bodies import EmptyRequest, validated
from vectorstores.api.views import polling
from vectorstores.api.views.store_files import StoreFileListViewSet
from vectorstores.api.views.viewsets import InStoreViewSet, LimitedViewSet
from vectorstores.models import FileBatch, VectorStoreFile


class BatchViewSet(LimitedViewSet, InStoreViewSet):
    serializer_class = VectorStoreFileBatchResponse

    def get_queryset(self) -> QuerySet[FileBatch]:
        batches = FileBatch.objects.in_store(self.store).with_progress(self.now)
        return batches.select_related("vector_store")

    def create(self, request: Request, vector_store_id: str) -> Response:
        attachments = validated(CreateVectorStoreFileBatchRequest, request.data)["attachments"]
        with self.attaching(attachments, to=self.store):
            batch = services.attach_batch(store=self.store, attachments=attachments, now=self.now)
        return self.polled_response(batch.public_id)

    def retrieve(self, request: Request, vector_store_id: str, batch_id: str) -> Response:
        return self.polled_response(batch_id)

    def cancel(self, request: Request, vector_store_id: str, batch_id: str) -> Response:
        validated(EmptyRequest, request.data)
        batch = public_ids.BATCH.find(self.get_queryset(), batch_id)
        services.cancel_batch(batch=batch, now=self.now)
        return self.polled_response(batch_id)

    def polled_response(self, batch_id: str) -> Response:
        batch = public_ids.BATCH.find(self.get_queryset(), batch_id)
        left = polling.left_of_batch(batch, self.now)
        data = self.get_serializer(batch).data
        return Response(data, headers={"openai-poll-after-ms": polling.poll_after(left)})


class BatchFileViewSet(StoreFileListViewSet):
    def get_queryset(self) -> QuerySet[VectorStoreFile]:
        batches = FileBatch.objects.in_store(self.store)
        batch = public_ids.BATCH.find(batches, self.kwargs["batch_id"])
        return super().get_queryset().filter(batch=batch)
