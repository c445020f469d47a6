"""Whose files are next. The table is the queue: workers are only woken, and take what is due.

Each worker goes around the projects in turn, so that whoever has one file waiting does not wait
for whoever has a million, and no project has more than its share in hand at once.
"""

import math
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from vectorstores.models.projects import Project
from vectorstores.models.store_files.queries import VectorStoreFileQuerySet
from vectorstores.models.store_files.store_file import VectorStoreFile

# A step of the recursion is one look into the index store_file_turn, to where the next project
# begins, and Postgres takes no more steps than the LIMIT asks for. In the index a project's files
# are in the order of `due_at`, so if its first is not due, none is.
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


def take(
    now: datetime,
    *,
    lease: timedelta,
    bulk: bool,
    large: bool,
    after: UUID | None,
    most_files: int,
    most_bytes: int,
    most_in_hand: int,
    one_by_one: Collection[str] = (),
    leave_out: Collection[str] = (),
) -> list[VectorStoreFile]:
    """Claim files of the next project after `after` that has any due, the longest waiting first.

    At most `most_files` of together `most_bytes`, all for one embedding model; a file that is
    larger is taken alone, if `large` ones are wanted at all. So is one that has been tried before,
    so that the file that spoils a group is found, and one for a model that is named `one_by_one`.
    A project that has `most_in_hand` files in hand (0: any number) is passed over, and so are files
    for models to `leave_out`. Empty when nobody has any.
    """
    for project in _projects(now, bulk=bulk, after=after or _BEFORE_ALL):
        with transaction.atomic():
            room = int(min(most_files, _room(project, now, most_in_hand)))
            # Files that are left out are passed over one by one: 100,000 of them in 60 ms.
            due = VectorStoreFile.objects.due(now).not_for(leave_out)
            due = due.filter(project=project, bulk=bulk)
            if not large:
                due = due.filter(file__bytes__lte=most_bytes)
            if files := _group(due, room, most_bytes, one_by_one) if room > 0 else []:
                return _claimed(files, now, lease)
    return []


def _projects(now: datetime, *, bulk: bool, after: UUID) -> Iterator[UUID]:
    """All projects with files due, once each: those behind `after`, then from the beginning."""
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


def _room(project: UUID, now: datetime, most_in_hand: int) -> float:
    """How many more files the project may have in hand. Its row puts those who ask in turn."""
    if not most_in_hand:
        return math.inf
    Project.objects.select_for_update(no_key=True).filter(pk=project).first()
    return most_in_hand - VectorStoreFile.objects.in_hand(now).filter(project=project).count()


def _group(
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


def _claimed(
    files: list[VectorStoreFile], now: datetime, lease: timedelta
) -> list[VectorStoreFile]:
    rows = VectorStoreFile.objects.filter(pk__in=[file.pk for file in files])
    rows.update(due_at=now + lease, claimed_at=now, attempts=F("attempts") + 1)
    for file in files:
        file.due_at, file.claimed_at = now + lease, now
        file.attempts += 1
    return files
