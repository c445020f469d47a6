"""Stores by the thousand, each of a file or two."""

import uuid

import numpy as np
from django.db import transaction
from django.utils import timezone

from benchmarks.stores.filling import completed_rows, draw_attributes, parts
from benchmarks.stores.vectors import Space
from vectorstores.models import Project, VectorStore
from vectorstores.models.chunks import Content, replace_chunks

TOGETHER = 500  # stores in one transaction
CHUNKS, WORDS = 5, 40  # of a store's one file


def small_stores(count: int, *, dimensions: int) -> list[str]:
    """Create small stores, and return their public ids."""
    space, rng = Space.of(dimensions), np.random.default_rng(2)
    project = Project.objects.get(name="default")
    return [
        public_id
        for start in range(0, count, TOGETHER)
        for public_id in _some(project, space, rng, min(TOGETHER, count - start), dimensions)
    ]


@transaction.atomic
def _some(
    project: Project, space: Space, rng: np.random.Generator, count: int, dimensions: int
) -> list[str]:
    now = timezone.now()
    stores = VectorStore.objects.bulk_create(
        VectorStore(
            project=project,
            name=f"small {uuid.uuid4().hex[:8]}",
            embedding_model="hashing",
            embedding_dimensions=dimensions,
            last_active_at=now,
        )
        for _ in range(count)
    )
    clusters, vectors = space.files(rng, count, CHUNKS)
    attributes = [draw_attributes(rng, int(cluster)) for cluster in clusters]
    rows = completed_rows(stores, attributes, CHUNKS, WORDS)
    replace_chunks(
        [
            Content(row, list(parts(rng, CHUNKS, WORDS)), vectors[number].astype(np.float32))
            for number, row in enumerate(rows)
        ]
    )
    return [store.public_id for store in stores]
