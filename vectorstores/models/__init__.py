"""What is kept. One noun a file, its queryset beside it."""

from vectorstores.models.batches import FileBatch
from vectorstores.models.chunks import Chunk, ChunkEmbedding
from vectorstores.models.files import File
from vectorstores.models.keys import ApiKey
from vectorstores.models.projects import Project
from vectorstores.models.store_files import Status, VectorStoreFile
from vectorstores.models.stores import VectorStore
from vectorstores.models.uploads import Upload, UploadPart

__all__ = [
    "ApiKey",
    "Chunk",
    "ChunkEmbedding",
    "File",
    "FileBatch",
    "Project",
    "Status",
    "Upload",
    "UploadPart",
    "VectorStore",
    "VectorStoreFile",
]
