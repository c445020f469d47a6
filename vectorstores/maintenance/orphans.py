"""Remove bytes that no row names: of uploads whose server died between storage and database."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.core.files.storage import default_storage

from vectorstores.models import File, UploadPart

log = logging.getLogger(__name__)

# Bytes are stored before their row. Joining the parts of an upload of 8 GB may take hours.
LEFT_AFTER = timedelta(days=1)
# More orphans than these look like the wrong database, or an old backup of it.
MOST_ORPHANS = 100
MOST_SHARE = 0.1


def remove_orphans(now: datetime) -> int:
    """Remove bytes that have been without a row for a day. Return how many objects.

    Remove none if they are many, because then the database is more likely wrong than the bytes.
    """
    orphans: list[str] = []
    total = 0
    for names in _folders():
        total += len(names)
        with_row = _ids_with_row(names)
        orphans += [name for pk, name in names.items() if pk not in with_row and _is_old(name, now)]
    if len(orphans) > max(MOST_ORPHANS, MOST_SHARE * total):
        log.error(
            "%d of %d stored objects have no row, the first is %s. None is removed, because the"
            " database may be of another storage, or older than it.",
            len(orphans),
            total,
            orphans[0],
        )
        return 0
    for name in orphans:
        default_storage.delete(name)
        log.warning("Removed %s from the storage, because no row names it.", name)
    return len(orphans)


def _folders() -> Iterator[dict[UUID, str]]:
    """Yield the names in each folder of the storage that look like ours, by the id of their row."""
    for project in _listed("")[0]:
        if _as_id(project) is None:
            continue
        for part in _listed(project)[0]:
            folder = f"{project}/{part}"
            names = {_as_id(name): f"{folder}/{name}" for name in _listed(folder)[1]}
            yield {pk: name for pk, name in names.items() if pk}


def _listed(path: str) -> tuple[list[str], list[str]]:
    try:
        directories, files = default_storage.listdir(path)
    except FileNotFoundError:  # nothing was ever uploaded, or a folder was just removed
        return [], []
    return directories, files


def _as_id(name: str) -> UUID | None:
    """Return the id that a name consists of, as `vectorstores.models.files.location` writes it."""
    try:
        pk = UUID(hex=name)
    except ValueError:
        return None
    return pk if pk.hex == name else None


def _ids_with_row(names: dict[UUID, str]) -> set[UUID]:
    rows = [model.objects.filter(pk__in=list(names)) for model in (File, UploadPart)]
    return {pk for each in rows for pk in each.values_list("pk", flat=True)}


def _is_old(name: str, now: datetime) -> bool:
    try:
        return default_storage.get_modified_time(name) < now - LEFT_AFTER
    except FileNotFoundError:  # it has been removed meanwhile
        return False
