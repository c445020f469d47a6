"""One object of each kind, for requests that need one."""

import hashlib
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from tests.client import ApiClient
from tests.contract.official import Operation
from tests.factories import (
    FileBatchFactory,
    StoreFileFactory,
    UploadFactory,
    UploadPartFactory,
    VectorStoreFactory,
)
from vectorstores.models import Project

PART = "Wombats dig."


class World:
    """A store, two files in it that came as a batch, and an upload of two equal parts."""

    def __init__(self, api: ApiClient, project: Project) -> None:
        self.api, self.project = api, project
        self.store = VectorStoreFactory(project=project)
        self.batch = FileBatchFactory(vector_store=self.store)
        self.store_files = StoreFileFactory.create_batch(
            2, vector_store=self.store, batch=self.batch, file__content=""
        )
        self.upload = UploadFactory(project=project, bytes=2 * len(PART))
        self.parts = UploadPartFactory.create_batch(2, upload=self.upload, text=PART)

    @property
    def ids(self) -> dict[str, str]:
        """Return the ids for the places in addresses."""
        return {
            "vector_store_id": self.store.public_id,
            "file_id": self.file_ids[0],
            "batch_id": self.batch.public_id,
            "upload_id": self.upload.public_id,
        }

    @property
    def file_ids(self) -> list[str]:
        return [store_file.file.public_id for store_file in self.store_files]

    @property
    def part_ids(self) -> list[str]:
        return [part.public_id for part in self.parts]

    @property
    def known(self) -> dict[str, list[Any]]:
        """Values of properties that name what exists, or are fixed by it."""
        return {
            "file_id": self.file_ids,
            "file_ids": [self.file_ids, self.file_ids[:1]],
            "part_ids": [self.part_ids, self.part_ids[::-1]],
            "md5": [hashlib.md5(2 * PART.encode()).hexdigest()],
            "model": [settings.EMBEDDING_MODEL],
            "dimensions": [settings.EMBEDDING_DIMENSIONS],
            "file": ["@notes.jsonl"],
            "data": ["@part"],
        }

    def ask(
        self, operation: Operation, body: dict[str, Any] | None = None, **ids: str
    ) -> HttpResponse:
        """Send a request. `ids` replace those of the world in the address. A GET's body is its
        query.
        """
        path = "/v1" + operation.path.format(**{**self.ids, **ids})
        call = getattr(self.api, operation.method.lower())
        if operation.has_body and operation.is_form:
            return call(path, form(body or {}), format="multipart")
        return call(path, body)


def form(body: dict[str, Any]) -> dict[str, Any]:
    """Fill a form as curl and SDKs do: a file for `@name`, and brackets for an object's keys."""
    fields: dict[str, Any] = {}
    for name, value in body.items():
        if isinstance(value, dict):
            fields |= {f"{name}[{key}]": str(inner) for key, inner in value.items()}
        elif name in ("file", "data"):
            fields[name] = SimpleUploadedFile(value.removeprefix("@"), PART.encode())
        else:
            fields[name] = value
    return fields
