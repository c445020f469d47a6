"""Fill a store: files, chunks, embeddings and terms, by the COPY that workers publish with."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from django.db import transaction
from django.utils import timezone
from numpy.typing import NDArray

from benchmarks.stores import texts
from benchmarks.stores.vectors import Space
from vectorstores.bm25 import VERSION
from vectorstores.models import File, Project, Status, VectorStore, VectorStoreFile
from vectorstores.models.chunks import Content, replace_chunks

CHUNKS = 10  # of a file
FILES = 500  # at a time

# Attributes that a filter picks so many in a million files by; a topic is that of the file's
# cluster, so that a filter by it leaves out whole regions.
SHARES = {
    "0.01 %": 100,
    "0.1 %": 1_000,
    "1 %": 10_000,
    "10 %": 100_000,
    "50 %": 500_000,
    "99 %": 990_000,
}
TOPICS = {"10 % by topic": 100, "50 % by topic": 500}  # clusters


@dataclass(frozen=True)
class Part:
    """A chunk, as it is written."""

    text: str
    position: int
    start: int = 0
    tokens: int = 200
    page: int | None = None
    heading: str | None = None


@dataclass
class Filled:
    """The written chunks: the file's row, the place and the vector of each, in one order."""

    store_file: NDArray[np.int64]
    position: NDArray[np.int64]
    vectors: NDArray[np.float16]
    attributes: dict[int, dict[str, bool]]  # by the file's row


def new_store(project: Project, name: str, *, model: str, dimensions: int) -> VectorStore:
    return VectorStore.objects.create(
        project=project, name=name, embedding_model=model, embedding_dimensions=dimensions
    )


def fill(
    store: VectorStore,
    space: Space,
    chunks: int,
    *,
    seed: int = 1,
    words: int = 0,
    per_file: int = CHUNKS,
) -> Filled:
    """Fill a store with so many chunks of `words` words each."""
    rng = np.random.default_rng(seed)
    parts = [
        _some_files(store, space, rng, min(FILES, chunks // per_file - done), per_file, words)
        for done in range(0, chunks // per_file, FILES)
    ]
    return Filled(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in _ARRAYS},
        attributes={pk: given for part in parts for pk, given in part.attributes.items()},
    )


_ARRAYS = ("store_file", "position", "vectors")


@transaction.atomic
def _some_files(
    store: VectorStore,
    space: Space,
    rng: np.random.Generator,
    count: int,
    per_file: int,
    words: int,
) -> Filled:
    clusters, vectors = space.files(rng, count, per_file)
    attributes = [draw_attributes(rng, int(cluster)) for cluster in clusters]
    rows = completed_rows([store] * count, attributes, per_file, words)
    contents = [
        Content(row, list(parts(rng, per_file, words)), vectors[number].astype(np.float32))
        for number, row in enumerate(rows)
    ]
    replace_chunks(contents)
    return Filled(
        store_file=np.repeat([row.pk for row in rows], per_file),
        position=np.tile(np.arange(per_file), count),
        vectors=vectors.reshape(count * per_file, -1),
        attributes={row.pk: row.attributes for row in rows},
    )


def completed_rows(
    stores: Sequence[VectorStore], attributes: list[dict[str, bool]], per_file: int, words: int
) -> list[VectorStoreFile]:
    """Create one completed file in each store.

    Nothing is replaced when its chunks are written, since no claim knows these rows.
    """
    now = timezone.now()
    files = File.objects.bulk_create(
        File(
            project_id=stores[0].project_id,
            filename="report.txt",
            purpose="assistants",
            bytes=1,
            sha256=uuid.uuid4().hex * 2,
        )
        for _ in attributes
    )
    rows = VectorStoreFile.objects.bulk_create(
        VectorStoreFile(
            vector_store=store,
            project_id=store.project_id,
            file=file,
            attributes=given,
            status=Status.COMPLETED,
            due_at=None,
            settled_at=now,
            chunks_done=per_file,
            chunks_total=per_file,
            terms_version=VERSION,
            fingerprint=uuid.uuid4(),
        )
        for store, file, given in zip(stores, files, attributes, strict=True)
    )
    written = VectorStoreFile.objects.filter(pk__in=[row.pk for row in rows])
    written.update(usage_bytes=per_file * (7 * words + 2 * stores[0].embedding_dimensions))
    return rows


def draw_attributes(rng: np.random.Generator, cluster: int) -> dict[str, bool]:
    drawn = rng.integers(1_000_000, size=len(SHARES))
    picked = {
        name: True for name, number in zip(SHARES, drawn, strict=True) if number < SHARES[name]
    }
    return picked | {name: True for name, clusters in TOPICS.items() if cluster < clusters}


def parts(rng: np.random.Generator, count: int, words: int) -> Iterator[Part]:
    drawn = texts.words(rng, count * words) if words else []
    for position in range(count):
        yield Part(" ".join(drawn[position * words : (position + 1) * words]), position)
