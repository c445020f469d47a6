"""The database tables, one noun per file, each with its queryset."""

from vectorstores.models.batches import FileBatch
from vectorstores.models.chunks import Chunk, ChunkEmbedding, ChunkTerms
from vectorstores.models.files import File
from vectorstores.models.index_builds import IndexBuild, IndexKind
from vectorstores.models.keys import ApiKey
from vectorstores.models.lexicons import Lexicon
from vectorstores.models.projects import Project
from vectorstores.models.reembeddings import Reembedding
from vectorstores.models.store_files.store_file import Stage, Status, VectorStoreFile
from vectorstores.models.store_indexes import StoreIndex
from vectorstores.models.stores import VectorStore
from vectorstores.models.uploads import Upload, UploadPart

__all__ = [
    "ApiKey",
    "Chunk",
    "ChunkEmbedding",
    "ChunkTerms",
    "File",
    "FileBatch",
    "IndexBuild",
    "IndexKind",
    "Lexicon",
    "Project",
    "Reembedding",
    "Stage",
    "Status",
    "StoreIndex",
    "Upload",
    "UploadPart",
    "VectorStore",
    "VectorStoreFile",
]
