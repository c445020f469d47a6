"""The argument of several commands that names a vector store."""

from django.core.management.base import CommandError

from vectorstores import ids
from vectorstores.models import VectorStore


def find_store(public_id: str) -> VectorStore:
    """Return the store with this public id. Raises CommandError if it is missing or deleted."""
    store = VectorStore.objects.live().filter(pk=ids.VECTOR_STORE.decode(public_id)).first()
    if store is None:
        raise CommandError(f"There is no store {public_id}.")
    return store
