"""The objects that the examples of our OpenAPI document name."""

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
