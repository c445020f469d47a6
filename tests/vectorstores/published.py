"""Files with texts that a test chooses, published as a worker publishes them."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ingestion.chunking import Chunk
from tests.factories import StoreFileFactory
from tests.vectorstores.claims import claim
from vectorstores.embeddings import get_embedder
from vectorstores.models import VectorStore, VectorStoreFile
from vectorstores.models.chunks import Content, replace_chunks, stored_bytes


def searchable(store: VectorStore, *texts: str, **fields: Any) -> VectorStoreFile:
    """Create a completed file in the store, with a chunk for each text; `fields` are the row's."""
    store_file = StoreFileFactory(vector_store=store, **fields)
    assert claim(store_file, timezone.now(), settings.INGEST_LEASE)
    assert publish(store_file, *texts)
    store_file.refresh_from_db()
    return store_file


def publish(store_file: VectorStoreFile, *texts: str) -> bool:
    """Complete a claimed file with these chunks. If the claim is lost, write none, return False."""
    content = content_of(store_file, *texts)
    with transaction.atomic():
        if not store_file.complete(timezone.now(), **facts_of(content)):
            return False
        replace_chunks([content])
    return True


def content_of(store_file: VectorStoreFile, *texts: str, page: int | None = None) -> Content:
    starts = [sum(map(len, texts[:position])) for position in range(len(texts))]
    chunks = [
        Chunk(text=text, position=position, start=start, tokens=len(text.split()), page=page)
        for position, (text, start) in enumerate(zip(texts, starts, strict=True))
    ]
    return Content(store_file, chunks, list(get_embedder().embed(texts)))


def facts_of(content: Content, fingerprint: UUID | None = None) -> dict[str, Any]:
    """Return the fields of the row of a file that is completed with this content."""
    chunks, embeddings = list(content.chunks), list(content.embeddings)
    text_bytes = sum(len(chunk.text.encode()) for chunk in chunks)
    numbers = sum(len(embedding) for embedding in embeddings)
    return {
        "usage_bytes": stored_bytes(text_bytes=text_bytes, numbers=numbers),
        "chunks_done": len(chunks),
        "chunks_total": len(chunks),
        "fingerprint": fingerprint,
    }
