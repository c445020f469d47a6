"""Statements that Postgres parses and plans once per connection, with binary parameters.

Django compiles each query again, and its cursors write values into the text, so that Postgres reads
384 decimal numbers per question and plans again. That is most of the time of a search by an index.
So the few statements that begin every request or every search go through here.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler
from pgvector.psycopg import register_vector
from psycopg import Connection, Cursor

PREPARE_AFTER = 5  # executions of the same text, unless a statement is prepared at once
LOST_CONNECTION = OperationalError, InterfaceError  # what a lost connection may raise

M = TypeVar("M", bound=Model)


def fetch(
    statement: str,
    values: Sequence[Any] | Mapping[str, Any],
    *,
    always: bool = False,
    never: bool = False,
    using: str = DEFAULT_DB_ALIAS,
) -> list[tuple[Any, ...]]:
    """Return all rows of a statement with `%s` or `%(name)s` for each value.

    `always` prepares it at its first execution: use it for texts of which there are few. `never`
    plans it for its values each time: use it if a generic plan would be a bad one.

    The statement must only read, because it is sent again on a new connection if the old one was
    lost, for example by a restart of Postgres. Django would instead check the connection first, in
    every request. Raises Django's database errors.
    """
    connection = connections[using]
    was_open = connection.connection is not None
    prepare = False if never else (always and settings.DATABASE_PREPARE) or None
    try:
        return _rows(connection, statement, values, prepare=prepare)
    except LOST_CONNECTION:
        if not was_open or connection.in_atomic_block or connection.is_usable():
            raise
    connection.close()
    return _rows(connection, statement, values, prepare=prepare)


def _rows(
    connection: BaseDatabaseWrapper,
    statement: str,
    values: Sequence[Any] | Mapping[str, Any],
    *,
    prepare: bool | None,
) -> list[tuple[Any, ...]]:
    raw = register_types(connection)
    with connection.wrap_database_errors, Cursor(raw) as cursor:
        return cursor.execute(statement, values, prepare=prepare).fetchall()


def register_types(connection: BaseDatabaseWrapper) -> Connection[Any]:
    """Register pgvector's types once per connection, with four queries.

    Return psycopg's connection.
    """
    connection.ensure_connection()
    raw: Connection[Any] = connection.connection
    if raw.adapters.types.get("halfvec") is None:
        register_vector(raw)
        raw.prepare_threshold = PREPARE_AFTER if settings.DATABASE_PREPARE else None
    return raw


class PreparedQuery(Generic[M]):
    """A query for one row, compiled by Django once and prepared by Postgres once per connection."""

    def __init__(self, rows: Callable[..., QuerySet[M]], **stand_ins: Any) -> None:
        """Take `rows`, which makes the query from named values, and `stand_ins` to compile it with.

        Each stand-in has the type of its value, and differs from all other values in the query.
        """
        self._rows = rows
        self._stand_ins = stand_ins

    def first(self, **values: Any) -> M | None:
        """Return the row as Django would, with its selected related objects, or None."""
        text, listed = self._query.text, self._query.values
        actual = [values[each.name] if isinstance(each, _Named) else each for each in listed]
        found = fetch(text, actual, always=True)
        return self._query.read(found[0]) if found else None

    @cached_property
    def _query(self) -> "_Query[M]":
        compiler = self._rows(**self._stand_ins).query.get_compiler(DEFAULT_DB_ALIAS)
        text, listed = compiler.as_sql()
        names = {value: _Named(name) for name, value in self._stand_ins.items()}
        return _Query(text, [names.get(value, value) for value in listed], compiler)


class _Named(NamedTuple):
    name: str


class _Query(Generic[M]):
    """A compiled query: its text, its values in order, named ones as `_Named`, and its reader."""

    def __init__(self, text: str, values: list[Any], compiler: SQLCompiler) -> None:
        self.text = text
        self.values = values
        self._compiler = compiler
        info = compiler.klass_info
        columns = info["select_fields"]
        self._model: type[M] = info["model"]
        self._columns = slice(columns[0], columns[-1] + 1)
        self._names = [column[0].target.attname for column in compiler.select[self._columns]]
        self._converters = compiler.get_converters([column[0] for column in compiler.select])
        self._related = get_related_populators(  # type: ignore[call-arg]  # stubs of Django 6
            info, compiler.select, DEFAULT_DB_ALIAS
        )

    def read(self, row: tuple[Any, ...]) -> M:
        (converted,) = self._compiler.apply_converters([row], self._converters)
        found = self._model.from_db(DEFAULT_DB_ALIAS, self._names, converted[self._columns])
        for populator in self._related:
            populator.populate(converted, found)
        return found
