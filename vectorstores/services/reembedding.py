"""Changes of a store's embedding model. Workers carry them out; see `Reembedding`."""

from datetime import datetime

from django.db import transaction

from vectorstores import dispatch, embeddings
from vectorstores.models import Reembedding, VectorStore
from vectorstores.models.reembeddings import ReembeddingQuerySet

LAST_GENERATION = 2**15 - 1  # it is a smallint


class ReembeddingRefused(Exception):
    """A sentence for the operator."""


@transaction.atomic
def reembed_store(*, store: VectorStore, model: str, now: datetime) -> Reembedding:
    """Begin to embed the store with another model. Searches use the old one until all is there.

    Raises ReembeddingRefused.
    """
    wanted = embeddings.configured_model(model)
    if wanted is None:
        names = ", ".join(each.name for each in embeddings.all_models())
        raise ReembeddingRefused(f"This server does not embed with {model}, but with: {names}.")
    store = _locked(store, now)
    if (store.embedding_model, store.embedding_dimensions) == (wanted.name, wanted.dimensions):
        raise ReembeddingRefused(f"The store is embedded with {wanted.name} already.")
    job = Reembedding.objects.create(
        vector_store=store,
        model=wanted.name,
        dimensions=wanted.dimensions,
        # The numbers may begin anew, because nothing is left of any other generation.
        generation=store.generation % LAST_GENERATION + 1,
        old_model=store.embedding_model,
        old_dimensions=store.embedding_dimensions,
        old_generation=store.generation,
        due_at=now,
        created_at=now,
    )
    transaction.on_commit(lambda: dispatch.wake_reembedding(jobs=1))
    return job


@transaction.atomic
def cancel_reembeddings(*, rows: ReembeddingQuerySet, now: datetime) -> int:
    """Cancel changes that have not switched yet, and return how many."""
    count = rows.cancel(now)
    transaction.on_commit(lambda: dispatch.wake_reembedding(jobs=count))
    return count


def _locked(store: VectorStore, now: datetime) -> VectorStore:
    """Return the row as it is now, locked so that of two changes the second finds the first.

    Raises ReembeddingRefused.
    """
    rows = VectorStore.objects.open(now).filter(pk=store.pk)
    locked = rows.select_for_update(no_key=True).first()
    if locked is None:
        raise ReembeddingRefused("The store was deleted or has expired.")
    other = locked.reembeddings.unfinished().first()
    if other is None:
        return locked
    if other.is_decided:
        raise ReembeddingRefused(
            f"The change of this store to {other.model} is {other.state}, and what it leaves is "
            "being cleaned away: try again in some minutes."
        )
    raise ReembeddingRefused(
        f"The store is being changed to {other.model}: wait for that, or cancel it."
    )
