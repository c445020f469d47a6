"""A store of chunks that were cut and embedded elsewhere, as ingestion would leave it."""

import uuid
from collections.abc import Sequence
from itertools import groupby

import numpy as np
from django.db import connection, transaction
from django.utils import timezone
from numpy.typing import NDArray

from benchmarks.quality.chunkings import Placed
from vectorstores.bm25 import VERSION
from vectorstores.models import File, Project, Status, VectorStore, VectorStoreFile
from vectorstores.models.chunks import Content, replace_chunks, stored_bytes
from vectorstores.models.lexicons import Lexicon


@transaction.atomic
def filled(
    name: str, chunks: Sequence[Placed], vectors: NDArray[np.float32], *, model: str
) -> VectorStore:
    """Fill a store with files named like their documents. `vectors` is (chunks, dimensions)."""
    project = Project.objects.create(name=name)
    store = VectorStore.objects.create(
        project=project,
        name=name,
        embedding_model=model,
        embedding_dimensions=vectors.shape[1],
    )
    start, contents = 0, []
    for document, group in groupby(chunks, key=lambda placed: placed.document):
        parts = [placed.chunk for placed in group]
        row = _file(store, document, len(parts))
        contents.append(Content(row, parts, vectors[start : start + len(parts)]))
        start += len(parts)
    replace_chunks(contents)
    for row, texts, _ in contents:
        text_bytes = sum(len(part.text.encode()) for part in texts)
        numbers = vectors.shape[1] * row.chunks_total
        used = stored_bytes(text_bytes=text_bytes, numbers=numbers)
        VectorStoreFile.objects.filter(pk=row.pk).update(usage_bytes=used)
    Lexicon.objects.refresh(store.pk, timezone.now())
    return store


def _file(store: VectorStore, name: str, chunks: int) -> VectorStoreFile:
    file = File.objects.create(
        project=store.project,
        filename=name,
        purpose="assistants",
        bytes=1,
        sha256=uuid.uuid4().hex * 2,
    )
    return VectorStoreFile.objects.create(
        vector_store=store,
        project=store.project,
        file=file,
        status=Status.COMPLETED,
        due_at=None,
        settled_at=timezone.now(),
        chunks_done=chunks,
        chunks_total=chunks,
        terms_version=VERSION,
        fingerprint=uuid.uuid4(),
    )


def analyze() -> None:
    """Analyze the tables, as autovacuum does in time."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
