"""A search: embed the questions, scan, keep the best of each chunk, read the text of those."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from vectorstores import circuit
from vectorstores.embeddings import get_embedder
from vectorstores.models import Chunk, VectorStore, VectorStoreFile
from vectorstores.search.score import score
from vectorstores.search.vector import Near, nearest


@dataclass(frozen=True)
class Hit:
    """A chunk that was found."""

    file_id: str
    filename: str
    score: float
    attributes: dict[str, Any]
    text: str
    page: int | None
    heading: str | None


def search(
    *,
    store: VectorStore,
    queries: Sequence[str],
    where: Q,
    limit: int,
    score_threshold: float,
    now: datetime,
) -> list[Hit]:
    """The `limit` best chunks for any of the queries, best first; ties in the order of the files.

    `where` is a condition on VectorStoreFile. Raises StoreExpired, ModelMismatch, EmbeddingError.
    """
    store.check_open(now)
    files = VectorStoreFile.objects.in_store(store).searchable(now).filter(where)
    best: dict[tuple[int, int], Near] = {}
    with circuit.asked() as timeout:
        questions = get_embedder().embed(queries, timeout=timeout)
    for question in questions:
        for near in nearest(store, question, files, limit=limit):
            key = near.store_file_id, near.position
            if key not in best or near.distance < best[key].distance:
                best[key] = near
    store.touch_if_quiet(now)
    ranked = sorted(best.values(), key=lambda n: (n.distance, n.store_file_id, n.position))
    return [hit for hit in _read(store, ranked[:limit], now) if hit.score >= score_threshold]


def _read(store: VectorStore, ranked: list[Near], now: datetime) -> list[Hit]:
    """The text behind what was found. A chunk removed in the meantime is left out."""
    places = Q(
        *(Q(store_file_id=n.store_file_id, position=n.position) for n in ranked), _connector=Q.OR
    )
    chunks = Chunk.objects.filter(places, vector_store_id=store.pk) if ranked else ()
    texts = {(chunk.store_file_id, chunk.position): chunk for chunk in chunks}
    files = VectorStoreFile.objects.searchable(now).select_related("file")
    owners = files.in_bulk({near.store_file_id for near in ranked})
    return [
        Hit(
            file_id=owner.file.public_id,
            filename=owner.file.filename,
            score=score(near.distance),
            attributes=owner.attributes,
            text=chunk.text,
            page=chunk.page,
            heading=chunk.heading,
        )
        for near in ranked
        if (chunk := texts.get((near.store_file_id, near.position)))
        and (owner := owners.get(near.store_file_id))
    ]
