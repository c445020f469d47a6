"""The argument that names a vector store, as several commands take it."""

from django.core.management.base import CommandError

from vectorstores import ids
from vectorstores.models import VectorStore


def find_store(public_id: str) -> VectorStore:
    """Return the store of a public id. Raises CommandError if it does not exist or was deleted."""
    store = VectorStore.objects.live().filter(pk=ids.VECTOR_STORE.decode(public_id)).first()
    if store is None:
        raise CommandError(f"There is no store {public_id}.")
    return store
