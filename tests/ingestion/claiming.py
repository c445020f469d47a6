"""Claimed files, without a worker."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils import timezone

from ingestion import pipeline
from ingestion.claims import Claim
from ingestion.reuse import fingerprint
from tests.vectorstores.claims import claim
from tests.vectorstores.published import content_of
from vectorstores.models import VectorStoreFile


def claimed(store_file: VectorStoreFile) -> VectorStoreFile:
    """Claim the file as a worker does."""
    assert claim(store_file, timezone.now(), settings.INGEST_LEASE)
    return VectorStoreFile.objects.select_related("file", "vector_store").get(pk=store_file.pk)


def embedded(store_file: VectorStoreFile, *texts: str) -> Claim:
    """Return a claim on the file, with chunks and embeddings, before it is published."""
    made, content = Claim(store_file, fingerprint(store_file)), content_of(store_file, *texts)
    chunks: Any = content.chunks
    for chunk in chunks:
        made.chunks.add(chunk)
    for embedding in content.embeddings:
        made.vectors.add(embedding[None])
    return made


def ingest_now(*store_files: VectorStoreFile, on_tick: Callable[[], None] = lambda: None) -> None:
    """Ingest files as a worker does that has claimed them together."""
    pipeline.ingest([claimed(store_file) for store_file in store_files], on_tick=on_tick)
    for store_file in store_files:
        store_file.refresh_from_db()
