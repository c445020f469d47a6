"""Files in a worker's hands, without a worker."""

from collections.abc import Callable

from django.conf import settings
from django.utils import timezone

from ingestion import pipeline
from ingestion.reuse import fingerprint
from ingestion.work import Work
from tests.vectorstores.claims import claim
from tests.vectorstores.published import content_of
from vectorstores.models import VectorStoreFile


def claimed(store_file: VectorStoreFile) -> VectorStoreFile:
    """As `take` gives it to a worker."""
    assert claim(store_file, timezone.now(), settings.INGEST_LEASE)
    return VectorStoreFile.objects.select_related("file", "vector_store").get(pk=store_file.pk)


def embedded(store_file: VectorStoreFile, *texts: str) -> Work:
    """A claimed file, with its chunks and their embeddings, before it is published."""
    work, content = Work(store_file, fingerprint(store_file)), content_of(store_file, *texts)
    for chunk in content.chunks:
        work.chunks.add(chunk)
    for embedding in content.embeddings:
        work.vectors.add(embedding[None])
    return work


def ingest_now(*store_files: VectorStoreFile, between: Callable[[], None] = lambda: None) -> None:
    """What a worker does with files that it has taken together."""
    pipeline.ingest([claimed(store_file) for store_file in store_files], between=between)
    for store_file in store_files:
        store_file.refresh_from_db()
