"""Purging what was deleted or has expired: chunks first, then their rows and bytes."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction

from vectorstores import dispatch
from vectorstores.indexes import dropping
from vectorstores.models import File, Lexicon, Upload, UploadPart, VectorStore, VectorStoreFile
from vectorstores.models.chunks import delete_chunks

SLICE = 200  # rows in one transaction

Step = Callable[[models.QuerySet[Any], datetime], None]


def purge(now: datetime, *, tombstone_age: timedelta) -> int:
    """Purge what was deleted or has expired, slice by slice until nothing is left.

    Return the number of rows. If a step fails, for example because of the storage, the others still
    run, and its error is raised at the end.
    """
    purged = 0

    def run(step: Step, rows: models.QuerySet[Any]) -> None:
        nonlocal purged
        while done := _purge_slice(step, rows, now):
            purged += done

    with ExitStack() as stack:  # because it goes on after an error
        for step, rows in reversed(_steps(now, now - tombstone_age)):
            stack.callback(run, step, rows)
    return purged


def _steps(now: datetime, retained_since: datetime) -> list[tuple[Step, models.QuerySet[Any]]]:
    """List the steps in order, each with its rows.

    Rows that were deleted before `retained_since` go for good.
    """
    files, stores, store_files = File.objects, VectorStore.objects, VectorStoreFile.objects
    uploads, parts = Upload.objects, UploadPart.objects
    # Indexes go first, because vacuuming rows out of them takes longer than building them took.
    closed = stores.closed(now).exclude(pk__in=dropping.drop_closed(now))
    of_deleted_stores = store_files.filter(vector_store__in=stores.deleted(retained_since))
    return [
        (_delete_files, files.expired(now)),
        (_delete_chunks, store_files.with_leftovers()),
        (_delete_chunks, store_files.removed(now).with_chunks()),
        (_delete_chunks, store_files.with_chunks().filter(vector_store__in=closed)),
        (_delete_rows, Lexicon.objects.filter(vector_store__in=stores.closed(now))),
        # Rows stay for a while, because a client's cursor may point at them, and until their chunks
        # are gone.
        (_delete_rows, store_files.removed(retained_since).without_chunks()),
        (_delete_rows, of_deleted_stores.without_chunks()),
        (_delete_rows, stores.deleted(retained_since).filter(store_files=None)),
        (_delete_bytes, files.with_bytes_to_delete()),
        (_delete_rows, files.deleted(retained_since).filter(content="", store_files=None)),
        (_delete_parts, parts.spent(now, interrupted_before=retained_since)),
        # An upload stays for a while, because a client may repeat the request that completed it.
        (_delete_rows, uploads.expired(retained_since).filter(parts=None)),
    ]


@transaction.atomic
def _purge_slice(step: Step, rows: models.QuerySet[Any], now: datetime) -> int:
    # Unordered, because otherwise Postgres would walk the whole primary key to find the first few.
    locked = rows.order_by().select_for_update(skip_locked=True, of=("self",))
    keys = list(locked.values_list("pk", flat=True)[:SLICE])
    if keys:
        step(rows.model._default_manager.filter(pk__in=keys), now)
    return len(keys)


def _delete_files(files: models.QuerySet[File], now: datetime) -> None:
    VectorStoreFile.objects.filter(file__in=files).remove(now)
    files.update(deleted_at=now)


def _delete_chunks(store_files: models.QuerySet[VectorStoreFile], now: datetime) -> None:
    delete_chunks(store_files)
    store_files.update(usage_bytes=0, terms_version=0)
    dispatch.changed(store_files.values_list("vector_store", flat=True))


def _delete_bytes(files: models.QuerySet[File], now: datetime) -> None:
    for file in files:
        file.content.delete(save=False)
    files.update(content="")


def _delete_parts(parts: models.QuerySet[UploadPart], now: datetime) -> None:
    for part in parts.select_related("upload"):
        part.delete_bytes()
    parts.delete()


def _delete_rows(rows: models.QuerySet[Any], now: datetime) -> None:
    rows.delete()
