"""Attaching files to stores, and detaching them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from vectorstores import dispatch, errors
from vectorstores.formats import unreadable_extension
from vectorstores.ids import PublicId
from vectorstores.models import File, FileBatch, Project, VectorStore, VectorStoreFile


@dataclass(frozen=True)
class Chunking:
    """The sizes of a file's chunks and of their overlap, in tokens."""

    max_chunk_size_tokens: int = 800
    chunk_overlap_tokens: int = 400


@dataclass(frozen=True)
class Attachment:
    """A file to attach, with its options."""

    file_id: PublicId
    attributes: dict[str, Any] = field(default_factory=dict)
    chunking: Chunking = Chunking()


@transaction.atomic
def attach_file(*, store: VectorStore, attachment: Attachment, now: datetime) -> VectorStoreFile:
    """Attach one file. If it is attached already, its old chunks serve until the new are ready.

    Raises StoreExpired, ModelMismatch, StoreNotFound, FileToAttachNotFound or UnsupportedExtension.
    """
    _open(store, now)
    (row,) = attach(store, [attachment], batch=None, bulk=False, now=now)
    row.refresh_from_db(fields=["created_at"])
    return row


@transaction.atomic
def attach_batch(
    *, store: VectorStore, attachments: Sequence[Attachment], now: datetime
) -> FileBatch:
    """Attach files together, all or none. A file named twice is attached with its last options.

    Raises what `attach_file` raises.
    """
    _open(store, now)
    batch = FileBatch.objects.create(vector_store=store, created_at=now)
    attach(store, attachments, batch=batch, bulk=True, now=now)
    return batch


@transaction.atomic
def cancel_batch(*, batch: FileBatch, now: datetime) -> int:
    """Cancel the files in progress, and return how many. A finished batch does not change."""
    # The lock excludes attachments, which may lock the same files in another order.
    VectorStore.objects.select_for_update(no_key=True).get(pk=batch.vector_store_id)
    count = batch.store_files.all().cancel(now)
    if count:
        FileBatch.objects.filter(pk=batch.pk).update(cancelled_at=now)
    return count


@transaction.atomic
def detach_file(*, store_file: VectorStoreFile, now: datetime) -> None:
    """Take a file out of one store. The file itself and its other attachments stay."""
    VectorStoreFile.objects.filter(pk=store_file.pk).remove(now)


def _open(store: VectorStore, now: datetime) -> None:
    """Record activity, under a row lock that keeps other attachments waiting.

    Raises StoreExpired, ModelMismatch or StoreNotFound.
    """
    store.check_open(now)
    if not store.touch(now):  # expired or deleted since it was read
        raise errors.StoreNotFound(store.public_id)


def attach(
    store: VectorStore,
    attachments: Sequence[Attachment],
    *,
    batch: FileBatch | None,
    bulk: bool,
    now: datetime,
) -> list[VectorStoreFile]:
    """Create or reset the rows of these files in the store, in two statements in total.

    Raises FileToAttachNotFound or UnsupportedExtension.
    """
    wanted = {attachment.file_id: attachment for attachment in attachments}
    files = _locked_files(store.project, list(wanted), now)
    rows = [
        VectorStoreFile(
            vector_store=store,
            project_id=store.project_id,
            file=files[file_id.uuid],
            batch=batch,
            bulk=bulk,
            attributes=attachment.attributes,
            max_chunk_size_tokens=attachment.chunking.max_chunk_size_tokens,
            chunk_overlap_tokens=attachment.chunking.chunk_overlap_tokens,
            due_at=now,
            created_at=now,
        )
        for file_id, attachment in wanted.items()
    ]
    rows = VectorStoreFile.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["vector_store", "file", "deleted_at"],
        update_fields=RESET_ON_ATTACH,
    )
    dispatch.wake_on_commit(files=len(rows), bulk=bulk)
    return rows


# Attaching again starts over. `usage_bytes` stays, because the old chunks stay until the new are
# ready. `created_at` stays, because a client that pages through the list would miss a file that
# moves in it.
RESET_ON_ATTACH = [
    "batch",
    "bulk",
    "attributes",
    "max_chunk_size_tokens",
    "chunk_overlap_tokens",
    "status",
    "attempts",
    "due_at",
    "claimed_at",
    "stage",
    "chunks_done",
    "chunks_total",
    "embedder_silent_since",
    "settled_at",
    "last_error_code",
    "last_error_message",
]


def _locked_files(project: Project, file_ids: list[PublicId], now: datetime) -> dict[UUID, File]:
    """Return the files by id, locked so that none is deleted while it is being attached.

    Raises FileToAttachNotFound or UnsupportedExtension.
    """
    rows = File.objects.in_project(project).live(now).filter(pk__in=[id_.uuid for id_ in file_ids])
    files = {file.pk: file for file in rows.order_by("pk").select_for_update(no_key=True)}
    for file_id in file_ids:
        if file_id.uuid not in files:
            raise errors.FileToAttachNotFound(file_id.text)
    extensions = {unreadable_extension(file.filename) for file in files.values()}
    if refused := sorted(filter(None, extensions)):
        raise errors.UnsupportedExtension(refused)
    return files
