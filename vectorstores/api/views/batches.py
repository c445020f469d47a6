from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from vectorstores import services
from vectorstores.api.serializers.batches import (
    CreateVectorStoreFileBatchRequest,
    VectorStoreFileBatchResponse,
    files_of,
)
from vectorstores.api.serializers.bodies import EmptyRequest, validated
from vectorstores.api.serializers.store_files import attachment
from vectorstores.api.views.polling import left_of_batch, poll_after
from vectorstores.api.views.store_files import StoreFileListViewSet
from vectorstores.api.views.viewsets import InStoreViewSet, LimitedViewSet, decode
from vectorstores.errors import BatchNotFound
from vectorstores.ids import FILE_BATCH
from vectorstores.models import FileBatch, VectorStoreFile


class BatchViewSet(LimitedViewSet, InStoreViewSet):
    serializer_class = VectorStoreFileBatchResponse

    def get_queryset(self) -> QuerySet[FileBatch]:
        batches = FileBatch.objects.in_store(self.store).with_progress(self.now)
        return batches.select_related("vector_store")

    def create(self, request: Request, vector_store_id: str) -> Response:
        files = files_of(validated(CreateVectorStoreFileBatchRequest, request.data))
        with self.attaching([file["file_id"] for file in files], to=self.store):
            batch = services.attach_batch(
                store=self.store, attachments=[attachment(file) for file in files], now=self.now
            )
        return self.polled(batch.public_id)

    def retrieve(self, request: Request, vector_store_id: str, batch_id: str) -> Response:
        return self.polled(batch_id)

    def cancel(self, request: Request, vector_store_id: str, batch_id: str) -> Response:
        validated(EmptyRequest, request.data)
        services.cancel_batch(batch=find_batch(self.get_queryset(), batch_id), now=self.now)
        return self.polled(batch_id)

    def polled(self, batch_id: str) -> Response:
        batch = find_batch(self.get_queryset(), batch_id)
        left = left_of_batch(batch, self.now)
        data = self.get_serializer(batch).data
        return Response(data, headers={"openai-poll-after-ms": poll_after(left)})


class BatchFileViewSet(StoreFileListViewSet):
    def get_queryset(self) -> QuerySet[VectorStoreFile]:
        batches = FileBatch.objects.in_store(self.store)
        return super().get_queryset().filter(batch=find_batch(batches, self.kwargs["batch_id"]))


def find_batch(batches: QuerySet[FileBatch], batch_id: str) -> FileBatch:
    batch = batches.filter(pk=decode(FILE_BATCH, batch_id, "batch_id")).first()
    if batch is None:
        raise BatchNotFound(batch_id)
    return batch
