"""Changes of more than one row, each in one transaction that wakes workers when it commits."""

from vectorstores.services.attachments import (
    Attachment,
    Chunking,
    attach_batch,
    attach_file,
    cancel_batch,
    detach_file,
)
from vectorstores.services.files import delete_file, upload_file
from vectorstores.services.reembedding import (
    ReembeddingRefused,
    cancel_reembeddings,
    reembed_store,
)
from vectorstores.services.stores import create_store, delete_store, modify_store
from vectorstores.services.uploads import add_part, cancel_upload, complete_upload, create_upload

__all__ = [
    "Attachment",
    "Chunking",
    "ReembeddingRefused",
    "add_part",
    "attach_batch",
    "attach_file",
    "cancel_batch",
    "cancel_reembeddings",
    "cancel_upload",
    "complete_upload",
    "create_store",
    "create_upload",
    "delete_file",
    "delete_store",
    "detach_file",
    "modify_store",
    "reembed_store",
    "upload_file",
]
