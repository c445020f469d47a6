"""Chunks, the searchable text of files, with their embeddings and terms."""

from vectorstores.models.chunks.copying import SourceGone, copy_chunks, find_sources
from vectorstores.models.chunks.tables import (
    Chunk,
    ChunkEmbedding,
    ChunkTerms,
    chunks_without_overlap,
    delete_chunks,
)
from vectorstores.models.chunks.writing import (
    ChunkText,
    Content,
    replace_chunks,
    stored_bytes,
    write_embeddings,
)

__all__ = [
    "Chunk",
    "ChunkEmbedding",
    "ChunkTerms",
    "ChunkText",
    "Content",
    "SourceGone",
    "chunks_without_overlap",
    "copy_chunks",
    "delete_chunks",
    "find_sources",
    "replace_chunks",
    "stored_bytes",
    "write_embeddings",
]
