"""Every route of the API, for tests of what all of them have in common."""

from dataclasses import dataclass
from typing import Any

from tests.client import ApiClient
from tests.factories import FileBatchFactory, StoreFileFactory, UploadPartFactory
from tests.vectorstores.api.answers import (
    UNKNOWN_BATCH,
    UNKNOWN_FILE,
    UNKNOWN_STORE,
    UNKNOWN_UPLOAD,
)
from vectorstores.models import VectorStore

STORE = "/v1/vector_stores/{store}"


@dataclass(frozen=True)
class Route:
    """A method, a path with placeholders for ids, and a body that the route accepts."""

    method: str
    path: str
    body: dict | None = None

    def ask(self, client: ApiClient, ids: dict[str, str], **headers: str) -> Any:
        body = {k: ids.get(v, v) if isinstance(v, str) else v for k, v in (self.body or {}).items()}
        call = getattr(client, self.method.lower())
        data = body if self.body is not None else None
        return call(self.path.format(**ids), data, format="json", headers=headers)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


ROUTES = [
    Route("GET", "/v1/files"),
    Route("POST", "/v1/files"),
    Route("GET", "/v1/files/{file}"),
    Route("DELETE", "/v1/files/{file}"),
    Route("GET", "/v1/files/{file}/content"),
    Route("POST", "/v1/uploads"),
    Route("POST", "/v1/uploads/{upload}/parts"),
    Route("POST", "/v1/uploads/{upload}/complete", {"part_ids": []}),
    Route("POST", "/v1/uploads/{upload}/cancel"),
    Route("GET", "/v1/vector_stores"),
    Route("POST", "/v1/vector_stores", {}),
    Route("GET", STORE),
    Route("POST", STORE, {"name": "renamed"}),
    Route("DELETE", STORE),
    Route("POST", f"{STORE}/search", {"query": "wombats"}),
    Route("GET", f"{STORE}/files"),
    Route("POST", f"{STORE}/files", {"file_id": "file"}),
    Route("GET", f"{STORE}/files/{{file}}"),
    Route("POST", f"{STORE}/files/{{file}}", {"attributes": {"changed": True}}),
    Route("DELETE", f"{STORE}/files/{{file}}"),
    Route("GET", f"{STORE}/files/{{file}}/content"),
    Route("POST", f"{STORE}/file_batches", {"files": [{"file_id": UNKNOWN_FILE}]}),
    Route("GET", f"{STORE}/file_batches/{{batch}}"),
    Route("POST", f"{STORE}/file_batches/{{batch}}/cancel"),
    Route("GET", f"{STORE}/file_batches/{{batch}}/files"),
    Route("POST", "/v1/embeddings", {"input": "wombats", "model": "hashing"}),
]
OF_AN_OBJECT = [route for route in ROUTES if "{" in route.path]
OF_A_STORE = [route for route in ROUTES if "{store}" in route.path]
LISTS = [
    Route("GET", "/v1/files"),
    Route("GET", "/v1/vector_stores"),
    Route("GET", f"{STORE}/files"),
    Route("GET", f"{STORE}/file_batches/{{batch}}/files"),
]
UNKNOWN = {
    "store": UNKNOWN_STORE,
    "file": UNKNOWN_FILE,
    "batch": UNKNOWN_BATCH,
    "upload": UNKNOWN_UPLOAD,
}


def create_objects(store: VectorStore) -> dict[str, str]:
    """Create a store, a file and a batch in it, and an upload; return their ids."""
    batch = FileBatchFactory(vector_store=store)
    store_file = StoreFileFactory(vector_store=store, batch=batch)
    return {
        "store": store.public_id,
        "file": store_file.file.public_id,
        "batch": batch.public_id,
        "upload": UploadPartFactory(upload__project=store.project).upload.public_id,
    }
