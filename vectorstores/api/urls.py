"""The routes of /v1. As SDKs expect, none ends in a slash, and updates are POST requests."""

from django.urls import path

from vectorstores.api.views.batches import BatchFileViewSet, BatchViewSet
from vectorstores.api.views.embeddings import EmbeddingViewSet
from vectorstores.api.views.files import FileViewSet
from vectorstores.api.views.search import SearchViewSet
from vectorstores.api.views.store_files import StoreFileViewSet
from vectorstores.api.views.stores import StoreViewSet
from vectorstores.api.views.uploads import UploadPartViewSet, UploadViewSet

STORE = "vector_stores/<str:vector_store_id>"

urlpatterns = [
    path("files", FileViewSet.as_view({"get": "list", "post": "create"})),
    path("files/<str:file_id>", FileViewSet.as_view({"get": "retrieve", "delete": "destroy"})),
    path("files/<str:file_id>/content", FileViewSet.as_view({"get": "content"})),
    path("uploads", UploadViewSet.as_view({"post": "create"})),
    path("uploads/<str:upload_id>/parts", UploadPartViewSet.as_view({"post": "create"})),
    path("uploads/<str:upload_id>/complete", UploadViewSet.as_view({"post": "complete"})),
    path("uploads/<str:upload_id>/cancel", UploadViewSet.as_view({"post": "cancel"})),
    path("vector_stores", StoreViewSet.as_view({"get": "list", "post": "create"})),
    path(
        STORE,
        StoreViewSet.as_view({"get": "retrieve", "post": "modify", "delete": "destroy"}),
    ),
    path(f"{STORE}/search", SearchViewSet.as_view({"post": "create"})),
    path(f"{STORE}/files", StoreFileViewSet.as_view({"get": "list", "post": "create"})),
    path(
        f"{STORE}/files/<str:file_id>",
        StoreFileViewSet.as_view({"get": "retrieve", "post": "update", "delete": "destroy"}),
    ),
    path(f"{STORE}/files/<str:file_id>/content", StoreFileViewSet.as_view({"get": "content"})),
    path(f"{STORE}/file_batches", BatchViewSet.as_view({"post": "create"})),
    path(f"{STORE}/file_batches/<str:batch_id>", BatchViewSet.as_view({"get": "retrieve"})),
    path(f"{STORE}/file_batches/<str:batch_id>/cancel", BatchViewSet.as_view({"post": "cancel"})),
    path(f"{STORE}/file_batches/<str:batch_id>/files", BatchFileViewSet.as_view({"get": "list"})),
    path("embeddings", EmbeddingViewSet.as_view({"post": "create"})),
]
