"""Creating, modifying and deleting vector stores."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from vectorstores import embeddings, errors
from vectorstores.models import Project, VectorStore
from vectorstores.services.attachments import Attachment, attach


@transaction.atomic
def create_store(
    *,
    project: Project,
    attachments: Sequence[Attachment],
    expires_after_days: int | None,
    now: datetime,
    embedding_model: str | None = None,
    **fields: Any,
) -> VectorStore:
    """Create a store with its files, for the named embedding model or the default one.

    Raises FileToAttachNotFound or UnsupportedExtension.
    """
    model = embeddings.model_of(embedding_model)
    store = VectorStore(
        project=project,
        created_at=now,
        last_active_at=now,
        embedding_model=model.name,
        embedding_dimensions=model.dimensions,
        **fields,
    )
    store.expire_after(expires_after_days)
    store.save(force_insert=True)
    if attachments:
        attach(store, attachments, batch=None, bulk=True, now=now)
    return store


CHANGED_BY_OWNER = ["name", "metadata", "expires_after_days", "expires_at", "last_active_at"]


@transaction.atomic
def modify_store(*, store: VectorStore, now: datetime, **changes: Any) -> None:
    """Change any of `name`, `metadata` and `expires_after_days`. None clears a field.

    Read the row again under a lock, so that simultaneous changes do not undo each other.
    Raises StoreExpired.
    """
    store = VectorStore.objects.select_for_update(no_key=True).get(pk=store.pk)
    if store.has_expired(now):  # because its chunks are gone, and no new policy revives them
        raise errors.StoreExpired(store.public_id)
    if "name" in changes:
        store.name = changes["name"] or ""
    if "metadata" in changes:
        store.metadata = changes["metadata"] or {}
    if "expires_after_days" in changes:
        store.expire_after(changes["expires_after_days"])
        if store.has_expired(now):  # idle for longer than that, but it should not expire at once
            store.last_active_at = now
            store.expire_after(changes["expires_after_days"])
    store.save(update_fields=CHANGED_BY_OWNER)


@transaction.atomic
def delete_store(*, store: VectorStore, now: datetime) -> None:
    """Delete a store. Clients no longer see it, its rows are purged later, and its files stay."""
    if VectorStore.objects.live().filter(pk=store.pk).update(deleted_at=now):
        store.store_files.all().cancel(now)  # so that workers skip them
