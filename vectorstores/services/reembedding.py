"""Starting and cancelling changes of a store's embedding model, which workers carry out.

`vectorstores.models.reembeddings` describes their states.
"""

from datetime import datetime

from django.db import transaction

from vectorstores import dispatch, embeddings
from vectorstores.models import Reembedding, VectorStore
from vectorstores.models.reembeddings import ReembeddingQuerySet

LAST_GENERATION = 2**15 - 1  # the greatest smallint


class ReembeddingRefused(Exception):
    """A change that cannot start. The message is a sentence for the operator."""


@transaction.atomic
def reembed_store(*, store: VectorStore, model: str, now: datetime) -> Reembedding:
    """Start embedding the store with another model. Searches use the old one until that is done.

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
        # Numbers may be reused, because no other generation has any embeddings left.
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
    """Cancel the changes that have not switched yet, and return how many."""
    count = rows.cancel(now)
    transaction.on_commit(lambda: dispatch.wake_reembedding(jobs=count))
    return count


def _locked(store: VectorStore, now: datetime) -> VectorStore:
    """Lock the store and return its current row. A change that starts at the same time waits, and
    then finds this one. Raises ReembeddingRefused.
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
            f"The change of this store to {other.model} is {other.state}, and the embeddings that "
            "it leaves are still being dropped: try again in a few minutes."
        )
    raise ReembeddingRefused(
        f"The store is being changed to {other.model}: wait for that, or cancel it."
    )
