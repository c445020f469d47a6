from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from vectorstores import errors, ids, services
from vectorstores.api import fields, pagination, public_ids
from vectorstores.api.serializers.bodies import validated
from vectorstores.api.serializers.store_files import (
    CreateVectorStoreFileRequest,
    UpdateVectorStoreFileAttributesRequest,
    VectorStoreFileResponse,
)
from vectorstores.api.views import polling
from vectorstores.api.views.viewsets import InStoreViewSet, LimitedViewSet
from vectorstores.models import Status, VectorStoreFile
from vectorstores.models.chunks import chunks_without_overlap


class StoreFilePageRequest(pagination.PageRequest):
    filter = fields.Choice(*Status.values, required=False, help_text="Only files of this status.")


class StoreFileListViewSet(InStoreViewSet):
    """Lists of files in a store: all of them, or those of a batch."""

    serializer_class = VectorStoreFileResponse
    page_request = StoreFilePageRequest
    cursors = ids.FILE

    def get_queryset(self) -> QuerySet[VectorStoreFile]:
        files = VectorStoreFile.objects.in_store(self.store).present(self.now)
        return files.select_related("file", "vector_store")

    def filtered(
        self, rows: QuerySet[VectorStoreFile], values: dict[str, Any]
    ) -> QuerySet[VectorStoreFile]:
        return rows.filter(status=values["filter"]) if "filter" in values else rows

    def anchors(self, pk: UUID) -> QuerySet[VectorStoreFile]:
        return VectorStoreFile.objects.in_store(self.store).filter(file_id=pk)

    def public_id(self, item: VectorStoreFile) -> str:
        return item.file.public_id


class StoreFileViewSet(LimitedViewSet, StoreFileListViewSet):
    def create(self, request: Request, vector_store_id: str) -> Response:
        attachment = services.Attachment(**validated(CreateVectorStoreFileRequest, request.data))
        with self.attaching([attachment], to=self.store):
            store_file = services.attach_file(store=self.store, attachment=attachment, now=self.now)
        return self.polled_response(store_file)

    def retrieve(self, request: Request, vector_store_id: str, file_id: str) -> Response:
        return self.polled_response(self.get_store_file(file_id))

    def update(self, request: Request, vector_store_id: str, file_id: str) -> Response:
        store_file = self.get_store_file(file_id)
        if self.store.has_expired(self.now):
            raise errors.StoreExpired(self.store.public_id)
        store_file.attributes = (
            validated(UpdateVectorStoreFileAttributesRequest, request.data)["attributes"] or {}
        )
        store_file.save(update_fields=["attributes"])
        return Response(self.get_serializer(store_file).data)

    def destroy(self, request: Request, vector_store_id: str, file_id: str) -> Response:
        services.detach_file(store_file=self.get_store_file(file_id), now=self.now)
        return Response({"id": file_id, "object": "vector_store.file.deleted", "deleted": True})

    def content(self, request: Request, vector_store_id: str, file_id: str) -> Response:
        """Answer with the parsed text, one item per chunk, without the overlap of neighbours.

        A last item says what of the file was not read, if anything was not.
        """
        store_file = self.get_store_file(file_id)
        has_expired = self.store.has_expired(self.now)
        chunks = [] if has_expired else chunks_without_overlap(store_file)
        items = [
            {"type": "text", "text": c.text, "page": c.page, "heading": c.heading} for c in chunks
        ]
        if chunks and store_file.current_warnings:
            sentences = "\n".join(f"[{each['message']}.]" for each in store_file.current_warnings)
            # The blank line is for clients that join the items to the file's text.
            items.append(
                {"type": "text", "text": f"\n\n{sentences}", "page": None, "heading": None}
            )
        return Response(
            {
                "object": "vector_store.file_content.page",
                "data": items,
                "has_more": False,
                "next_page": None,
            }
        )

    def get_store_file(self, file_id: str) -> VectorStoreFile:
        pk = public_ids.STORE_FILE.decode(
            file_id
        )  # first, so that a malformed id wins over an unknown store
        store_file = self.get_queryset().filter(file_id=pk).first()
        if store_file is None:
            raise errors.StoreFileNotFound(file_id, self.store.public_id)
        return store_file

    def polled_response(self, store_file: VectorStoreFile) -> Response:
        data = self.get_serializer(store_file).data
        left = polling.left_of_file(store_file, self.now)
        return Response(data, headers={"openai-poll-after-ms": polling.poll_after(left)})
