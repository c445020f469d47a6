"""The objects that our OpenAPI document's examples name, and a way to ask for them in process."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core import signals
from django.db import close_old_connections

from config.wsgi import django_application
from tests.factories import (
    ApiKeyFactory,
    FileBatchFactory,
    FileFactory,
    StoreFileFactory,
    UploadFactory,
    UploadPartFactory,
    VectorStoreFactory,
)
from vectorstores.api.openapi.operations import sample
from vectorstores.ids import FILE, FILE_BATCH, UPLOAD, UPLOAD_PART, VECTOR_STORE
from vectorstores.models import Project

KEY = "sk-documented"
IDS = {
    "file_id": sample.FILE,
    "vector_store_id": sample.STORE,
    "batch_id": sample.BATCH,
    "upload_id": sample.UPLOAD,
}
# MD5 9e107d9d372bb6826bd81d3542a419d6, as an example says.
PARTS = {sample.PART: "The quick brown fox ", sample.OTHER_PART: "jumps over the lazy dog"}


def make_what_the_examples_name(project: Project) -> None:
    ApiKeyFactory(project=project, secret=KEY)
    files = [
        FileFactory(project=project, id=FILE.decode(public_id))
        for public_id in (sample.FILE, sample.OTHER_FILE)
    ]
    store = VectorStoreFactory(project=project, id=VECTOR_STORE.decode(sample.STORE))
    batch = FileBatchFactory(vector_store=store, id=FILE_BATCH.decode(sample.BATCH))
    StoreFileFactory(vector_store=store, file=files[0], batch=batch)
    upload = UploadFactory(
        project=project, id=UPLOAD.decode(sample.UPLOAD), bytes=len("".join(PARTS.values()))
    )
    for public_id, text in PARTS.items():
        UploadPartFactory(upload=upload, id=UPLOAD_PART.decode(public_id), text=text)


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The web process's, in this process. Files it opens are closed with the answer."""
    response = django_application(environ, start_response)
    try:
        return [b"".join(response)]
    finally:
        response.close()


@contextmanager
def one_connection() -> Iterator[None]:
    """Requests use the test's connection, and so see what its transaction has not committed."""
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    try:
        yield
    finally:
        signals.request_started.connect(close_old_connections)
        signals.request_finished.connect(close_old_connections)
