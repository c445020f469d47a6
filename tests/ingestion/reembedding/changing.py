"""A store whose embedding model is being changed, one turn of a worker at a time."""

from datetime import timedelta
from uuid import uuid4

import numpy as np
from django.db import connection, transaction
from django.utils import timezone

from ingestion import worker
from tests.vectorstores.claims import claim
from tests.vectorstores.published import content_of, facts_of
from vectorstores import services
from vectorstores.embeddings import get_embedder
from vectorstores.models import Chunk, ChunkEmbedding, Reembedding, VectorStore, VectorStoreFile
from vectorstores.models.chunks import replace_chunks

LEASE = timedelta(minutes=1)
MOST_TURNS = 20


def begin(store: VectorStore, model: str = "other") -> Reembedding:
    return services.reembed_store(store=store, model=model, now=timezone.now())


def taken() -> Reembedding:
    """Claim the job that is due, as a worker does."""
    job = Reembedding.objects.claim_next(timezone.now(), lease=LEASE)
    assert job is not None
    return job


def turn(job: Reembedding) -> str:
    """Run a worker's turn without waiting until the job is due. Return the job's new state."""
    Reembedding.objects.unfinished().filter(pk=job.pk).update(due_at=timezone.now())
    worker.run_reembedding_turn()
    job.refresh_from_db()
    return job.state


def until(job: Reembedding, state: str) -> None:
    for _ in range(MOST_TURNS):
        if turn(job) == state:
            return
    raise AssertionError(f"still {job.state}: {job.error}")


def finish(job: Reembedding) -> None:
    for _ in range(MOST_TURNS):
        if job.finished_at:
            return
        turn(job)
    raise AssertionError(f"still {job.state}: {job.error}")


def generations(store: VectorStore) -> dict[int, int]:
    """Return how many embeddings the store has of each generation."""
    rows = ChunkEmbedding.objects.filter(vector_store_id=store.pk)
    found = list(rows.values_list("generation", flat=True))
    return {generation: found.count(generation) for generation in sorted(set(found))}


def is_embedded(store_file: VectorStoreFile, model: str, generation: int) -> bool:
    """Return whether each chunk of the file has in this generation the vector this model gives."""
    texts = list(Chunk.objects.of([store_file]).order_by("position").values_list("text", flat=True))
    rows = ChunkEmbedding.objects.of([store_file]).filter(generation=generation)
    vectors = [row.embedding for row in rows.order_by("position")]
    if len(vectors) != len(texts):
        return False
    return bool(np.allclose(vectors, get_embedder(model).embed(texts), atol=1e-3))


def publish_again(store_file: VectorStoreFile, *texts: str) -> None:
    """Attach the file again with other content, and ingest it."""
    VectorStoreFile.objects.filter(pk=store_file.pk).requeue(timezone.now())
    again = VectorStoreFile.objects.select_related("vector_store").get(pk=store_file.pk)
    assert claim(again, timezone.now(), LEASE)
    content = content_of(again, *texts)
    with transaction.atomic():
        assert again.complete(timezone.now(), **facts_of(content, fingerprint=uuid4()))
        replace_chunks([content])


def somebody_waits() -> bool:
    """Return whether a transaction waits for a row that another has locked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])
