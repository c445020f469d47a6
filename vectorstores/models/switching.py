"""The generation of embeddings that a store is searched by, kept while files are published, and
switched.

A worker that publishes files locks their stores lightly, all at once, beside attachments and
searches. A worker that switches a store to another generation waits for these and lets none begin,
because what they have published has to be in the next generation as well, and what comes later goes
there alone.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from vectorstores.models.chunks.generations import missing_files
from vectorstores.models.reembeddings import Reembedding, State
from vectorstores.models.stores import VectorStore

PATIENCE = "5s"  # for transactions that publish just now; then the switch is tried again

# FOR KEY SHARE waits only for a transaction that changes the key, or switches.
_KEEP = """
SELECT id, generation, embedding_model, embedding_dimensions
  FROM vectorstores_vectorstore
 WHERE id = ANY(%s)
 ORDER BY id
   FOR KEY SHARE
"""


class StoreChanged(Exception):
    """The store has another embedding model by now, so what was embedded for it is of no use."""


def keep_generations(stores: Iterable[VectorStore]) -> set[UUID]:
    """Keep each store from being switched until the transaction ends.

    Return the keys of those that still have the generation with which they were read.
    """
    read = {
        store.pk: (store.generation, store.embedding_model, store.embedding_dimensions)
        for store in stores
    }
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [list(read)])
        return {pk for pk, *searched_by in cursor.fetchall() if read[pk] == tuple(searched_by)}


def keep_generation(store: VectorStore) -> None:
    """Keep one store from being switched until the transaction ends. Raises StoreChanged."""
    if not keep_generations([store]):
        raise StoreChanged(store.public_id)


@transaction.atomic
def switch(job: Reembedding, now: datetime, *, grace: timedelta) -> bool:
    """Let the store be searched by what the job has embedded. The job is due again after `grace`.

    False where a file is still missing, the store is gone, or the claim on the job is lost. Raises
    OperationalError where a transaction publishes for longer than PATIENCE.
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
