"""Stores that are large enough for an index, and their indexes built at once."""

from collections.abc import Callable

from django.utils import timezone

from tests.factories import VectorStoreFactory
from tests.vectorstores.published import searchable
from vectorstores import ids
from vectorstores.indexes.building import Outcome, build
from vectorstores.indexes.definitions import Target, partition_of
from vectorstores.models import IndexKind, VectorStore, VectorStoreFile

VECTORS, TEXTS = 30, 20
"""Chunks from which on a store is to have each index: vectors are of 256 numbers, not 384."""

CHUNKS = 10  # of each file


def fill(store: VectorStore, *, files: int) -> VectorStore:
    add(store, files)
    return store


def add(store: VectorStore, files: int) -> list[VectorStoreFile]:
    return [
        searchable(store, *(f"wombat {number} digs burrow {hole}" for hole in range(CHUNKS)))
        for number in range(files)
    ]


def beside(store: VectorStore) -> VectorStore:
    """Create an empty store whose rows lie on the same partitions."""
    return _store(lambda other: partition_of(other) == partition_of(vectors_of(store)))


def elsewhere(store: VectorStore) -> VectorStore:
    """Create an empty store whose rows lie on other partitions."""
    return _store(lambda other: partition_of(other) != partition_of(vectors_of(store)))


def _store(fits: Callable[[Target], bool]) -> VectorStore:
    candidates = iter(ids.new_id, None)
    pk = next(pk for pk in candidates if fits(Target(IndexKind.VECTOR, pk, 1)))
    return VectorStoreFactory(pk=pk)


def vectors_of(store: VectorStore) -> Target:
    return Target(IndexKind.VECTOR, store.pk, store.generation)


def texts_of(store: VectorStore) -> Target:
    return Target(IndexKind.TEXT, store.pk)


def build_vectors(store: VectorStore, *, rebuild: bool = False) -> Outcome:
    return build_now(vectors_of(store), rebuild=rebuild)


def build_texts(store: VectorStore) -> Outcome:
    return build_now(texts_of(store))


def build_now(target: Target, *, rebuild: bool = False) -> Outcome:
    return build(target, dimensions=256, now=timezone.now(), rebuild=rebuild)
