"""The searchable text of files, and its embeddings: their tables, and how these are written."""

from vectorstores.models.chunks.copying import SourceGone, copy_chunks, find_sources
from vectorstores.models.chunks.tables import (
    Chunk,
    ChunkEmbedding,
    chunks_without_overlap,
    delete_chunks,
)
from vectorstores.models.chunks.writing import ChunkText, Content, replace_chunks, stored_bytes

__all__ = [
    "Chunk",
    "ChunkEmbedding",
    "ChunkText",
    "Content",
    "SourceGone",
    "chunks_without_overlap",
    "copy_chunks",
    "delete_chunks",
    "find_sources",
    "replace_chunks",
    "stored_bytes",
]
