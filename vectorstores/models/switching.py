"""Locks between workers that publish files and those that switch a store's generation.

A store is searched by one generation of embeddings. A worker that publishes files takes a shared
lock on their stores, which hinders no attachment, search or other publisher. A worker that switches
a store takes an exclusive lock, because what has been published must be in the new generation
too, and what is published later goes into the new one alone.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from vectorstores.models.chunks.generations import missing_files
from vectorstores.models.reembeddings import Reembedding, State
from vectorstores.models.stores import VectorStore

PATIENCE = "5s"  # to wait for transactions that publish; then the switch is tried again later

# FOR KEY SHARE waits only for a transaction that changes the key, or that switches.
_LOCK = """
SELECT id, generation, embedding_model, embedding_dimensions
  FROM vectorstores_vectorstore
 WHERE id = ANY(%s)
 ORDER BY id
   FOR KEY SHARE
"""


class StoreChanged(Exception):
    """The store has switched to another embedding model, so the embeddings made are useless."""


def lock_generations(stores: Iterable[VectorStore]) -> set[UUID]:
    """Keep the stores from being switched until the transaction ends.

    Return the keys of those that have not been switched since they were read.
    """
    read = {
        store.pk: (store.generation, store.embedding_model, store.embedding_dimensions)
        for store in stores
    }
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [list(read)])
        return {pk for pk, *searched_by in cursor.fetchall() if read[pk] == tuple(searched_by)}


def lock_generation(store: VectorStore) -> None:
    """Keep one store from being switched until the transaction ends. Raises StoreChanged."""
    if not lock_generations([store]):
        raise StoreChanged(store.public_id)


@transaction.atomic
def switch(job: Reembedding, now: datetime, *, grace: timedelta) -> bool:
    """Switch the store to the embeddings of the job, which is due again after `grace`.

    Return False if a file is still missing, the store is gone, or the claim on the job is lost.
    Raises OperationalError if a transaction publishes for longer than PATIENCE.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
    store = VectorStore.objects.live().filter(pk=job.vector_store_id)
    if not store.select_for_update().exists():
        return False
    if missing_files(job.vector_store_id, job.generation, most=1):
        return False
    if not job.postpone(now + grace, state=State.SWITCHED):
        return False
    store.update(
        generation=job.generation,
        embedding_model=job.model,
        embedding_dimensions=job.dimensions,
    )
    return True
