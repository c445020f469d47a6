"""Which files of a store may be found, as part of a larger statement."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import Q

from vectorstores.models import VectorStore, VectorStoreFile
from vectorstores.models.store_files.store_file import VectorStoreFileQuerySet


@dataclass(frozen=True)
class Files:
    """A query of their keys: `%(name)s` in `text` stands for `values[name]`."""

    text: str
    values: dict[str, Any]


def files_of(store: VectorStore, where: Q, now: datetime) -> Files:
    """Searchable ones that `where`, a condition on VectorStoreFile, is true of."""
    if where:
        return _compiled(candidates(store, now).filter(where))
    text, values = _unfiltered()
    actual = {_ANY_STORE: store.pk, _ANY_TIME: now}
    return Files(text, {name: actual.get(value, value) for name, value in values.items()})


def candidates(store: VectorStore, now: datetime) -> VectorStoreFileQuerySet:
    return VectorStoreFile.objects.in_store(store).searchable(now)


_ANY_STORE, _ANY_TIME = UUID(int=0), datetime.min.replace(tzinfo=UTC)


@cache
def _unfiltered() -> tuple[str, dict[str, Any]]:
    """Django needs a millisecond to write it, and it is the same for every store."""
    files = _compiled(candidates(VectorStore(pk=_ANY_STORE), _ANY_TIME))
    return files.text, files.values


def _compiled(rows: VectorStoreFileQuerySet) -> Files:
    """With names for values, so that they can stand among others."""
    text, listed = rows.order_by().values("pk").query.sql_with_params()
    values = {f"file_{number}": value for number, value in enumerate(listed)}
    names = iter(values)
    return Files(re.sub("%s|%%", lambda each: _named(each[0], names), text), values)


def _named(placeholder: str, names: Iterator[str]) -> str:
    return f"%({next(names)})s" if placeholder == "%s" else placeholder  # %% is a percent sign
