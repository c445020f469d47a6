"""The queue of files: claiming the next ones, and completing many at once.

The table is the queue: messages only wake workers, which then claim what is due. Each worker goes
round the projects, so that a project with one file does not wait for one with a million, and no
project has more than its share of files claimed at once.
"""

import math
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from psycopg.types.json import Jsonb

from vectorstores.bm25 import VERSION
from vectorstores.models.projects import Project
from vectorstores.models.store_files.store_file import VectorStoreFile, VectorStoreFileQuerySet

# Each step of the recursion is one lookup in the index store_file_turn, where the next project
# begins, and Postgres takes no more steps than the LIMIT needs. The index has a project's files in
# the order of `due_at`, so if the first is not due, none is.
_NEXT_PROJECT = """
WITH RECURSIVE turn AS (
    (SELECT project_id, due_at
       FROM vectorstores_vectorstorefile
      WHERE status = 'in_progress' AND due_at IS NOT NULL
        AND bulk = %(bulk)s AND project_id > %(after)s
      ORDER BY project_id, due_at
      LIMIT 1)
    UNION ALL
    SELECT following.*
      FROM turn
     CROSS JOIN LATERAL (
           SELECT project_id, due_at
             FROM vectorstores_vectorstorefile
            WHERE status = 'in_progress' AND due_at IS NOT NULL
              AND bulk = %(bulk)s AND project_id > turn.project_id
            ORDER BY project_id, due_at
            LIMIT 1) AS following
)
SELECT project_id FROM turn WHERE due_at <= %(now)s LIMIT 1
"""
_BEFORE_ALL = UUID(int=0)

# Rows that another worker has locked are skipped, because waiting for them while holding others
# could deadlock.
_COMPLETE = """
WITH held AS (
    SELECT file.id, done.*
      FROM vectorstores_vectorstorefile AS file
      JOIN unnest(%(pk)s::bigint[], %(due_at)s::timestamptz[], %(usage_bytes)s::bigint[],
                  %(chunks)s::int[], %(fingerprint)s::uuid[], %(warnings)s::jsonb[])
           AS done (pk, due_at, usage_bytes, chunks, fingerprint, warnings)
        ON file.id = done.pk AND file.due_at = done.due_at
     WHERE file.status = 'in_progress' AND file.deleted_at IS NULL
       FOR NO KEY UPDATE OF file SKIP LOCKED
)
UPDATE vectorstores_vectorstorefile AS file
   SET status = 'completed', due_at = NULL, claimed_at = NULL, stage = 'waiting',
       settled_at = %(now)s, usage_bytes = held.usage_bytes, fingerprint = held.fingerprint,
       warnings = held.warnings,
       chunks_done = held.chunks, chunks_total = held.chunks, terms_version = %(terms_version)s
  FROM held
 WHERE file.id = held.pk
RETURNING file.id
"""


def claim_next(
    now: datetime,
    *,
    lease: timedelta,
    bulk: bool,
    large: bool,
    after: UUID | None,
    most_files: int,
    most_bytes: int,
    most_claimed: int,
    one_by_one: Collection[str] = (),
    leave_out: Collection[str] = (),
) -> list[VectorStoreFile]:
    """Claim files of the next project after `after` that has any due, the longest waiting first.

    Claim at most `most_files` with `most_bytes` in total, all for one embedding model. A larger
    file is claimed alone, and only if `large`. A file that has been tried before is claimed alone
    too, so that one that spoils its group is found, and so is a file for a model in `one_by_one`.
    Projects with `most_claimed` files claimed already (0: no limit) are skipped, and so are files
    for models in `leave_out`. Return an empty list if no project has any.
    """
    for project in _projects_with_files_due(now, bulk=bulk, after=after or _BEFORE_ALL):
        with transaction.atomic():
            room = int(min(most_files, _room(project, now, most_claimed)))
            # Files to leave out are skipped one by one, which takes 60 ms for 100,000.
            due = VectorStoreFile.objects.due(now).not_for(leave_out)
            due = due.filter(project=project, bulk=bulk)
            if not large:
                due = due.filter(file__bytes__lte=most_bytes)
            if files := _lock_group(due, room, most_bytes, one_by_one) if room > 0 else []:
                return _claim(files, now, lease)
    return []


def _projects_with_files_due(now: datetime, *, bulk: bool, after: UUID) -> Iterator[UUID]:
    """Yield each project once: those after `after`, then those from the beginning."""
    last = after
    while (found := _next_project(now, bulk=bulk, after=last)) is not None:
        yield (last := found)
    last = _BEFORE_ALL
    while (found := _next_project(now, bulk=bulk, after=last)) is not None and found <= after:
        yield (last := found)


def _next_project(now: datetime, *, bulk: bool, after: UUID) -> UUID | None:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_PROJECT, {"now": now, "bulk": bulk, "after": after})
        row = cursor.fetchone()
    return row[0] if row else None


def _room(project: UUID, now: datetime, most_claimed: int) -> float:
    """Return how many more files of the project may be claimed. Lock its row, so that two workers
    do not claim the same share."""
    if not most_claimed:
        return math.inf
    Project.objects.select_for_update(no_key=True).filter(pk=project).first()
    return most_claimed - VectorStoreFile.objects.claimed(now).filter(project=project).count()


def _lock_group(
    due: VectorStoreFileQuerySet, most_files: int, most_bytes: int, one_by_one: Collection[str]
) -> list[VectorStoreFile]:
    rows = due.select_related("file", "vector_store").order_by("due_at")
    locked = rows.select_for_update(skip_locked=True, of=("self",), no_key=True)
    group: list[VectorStoreFile] = []
    for row in locked[:most_files]:
        model = row.vector_store.embedding_model
        if group and model != group[0].vector_store.embedding_model:
            continue
        most_bytes -= row.file.bytes
        if group and (row.attempts or most_bytes < 0):
            break
        group.append(row)
        if row.attempts or model in one_by_one:
            break
    return group


def _claim(files: list[VectorStoreFile], now: datetime, lease: timedelta) -> list[VectorStoreFile]:
    rows = VectorStoreFile.objects.filter(pk__in=[file.pk for file in files])
    rows.update(due_at=now + lease, claimed_at=now, attempts=F("attempts") + 1)
    for file in files:
        file.due_at, file.claimed_at = now + lease, now
        file.attempts += 1
    return files


def complete_together(
    files: Sequence[tuple[VectorStoreFile, dict[str, Any]]], now: datetime
) -> set[int]:
    """Complete files as `complete()` does, in one statement and without waiting for a lock.

    Each file comes with its `usage_bytes`, `chunks_total`, `fingerprint` and `warnings`. Return the
    keys of the completed ones. The others are locked by another worker, or their claim was lost.
    """
    values: dict[str, Any] = {
        "now": now,
        "terms_version": VERSION,
        "pk": [file.pk for file, _ in files],
        "due_at": [file.due_at for file, _ in files],
        "usage_bytes": [facts["usage_bytes"] for _, facts in files],
        "chunks": [facts["chunks_total"] for _, facts in files],
        "fingerprint": [facts["fingerprint"] for _, facts in files],
        "warnings": [
            Jsonb(facts["warnings"]) if facts.get("warnings") else None for _, facts in files
        ],
    }
    with connection.cursor() as cursor:
        cursor.execute(_COMPLETE, values)
        return {pk for (pk,) in cursor.fetchall()}
