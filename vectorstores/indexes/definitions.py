"""What our indexes are: the statements that make, rebuild and drop them.

Each is of one store: partial, and on the one partition of the table in which the store's rows lie.
"""

from typing import Any, LiteralString

from django.db import connection
from psycopg.sql import SQL, Composed, Identifier, Literal

from vectorstores.indexes.names import Target
from vectorstores.models import IndexKind

# With pgvector's defaults, 16 and 64, up to a tenth of what a filter leaves is not found, however
# long one searches; see decision 15.
M, EF_CONSTRUCTION = 32, 200

# In kB: what is written is kept in a list first, that every search reads from end to end.
PENDING = 512

PARTITIONS = 16
TABLES = {IndexKind.VECTOR: "chunk_embedding", IndexKind.TEXT: "chunk_terms"}

_HNSW: LiteralString = """
CREATE INDEX CONCURRENTLY {name} ON {table}
 USING hnsw ((embedding::halfvec({dimensions})) halfvec_cosine_ops)
  WITH (m = {m}, ef_construction = {ef})
 WHERE vector_store_id = {store} AND generation = {generation}
"""
_GIN: LiteralString = """
CREATE INDEX CONCURRENTLY {name} ON {table}
 USING gin (terms) WITH (fastupdate = on, gin_pending_list_limit = {pending})
 WHERE vector_store_id = {store}
"""
_LEAF = """
SELECT remainder FROM generate_series(0, %(partitions)s - 1) AS remainder
 WHERE satisfies_hash_partition(%(table)s::regclass, %(partitions)s, remainder, %(store)s::uuid)
"""


def leaf(target: Target) -> str:
    """The partition in which the store's rows lie, or would lie."""
    table = TABLES[IndexKind(target.kind)]
    values: dict[str, Any] = {"table": table, "partitions": PARTITIONS, "store": target.store_id}
    with connection.cursor() as cursor:
        cursor.execute(_LEAF, values)
        ((remainder,),) = cursor.fetchall()
    return f"{table}_{remainder:02}"


def create(target: Target, table: str, *, dimensions: int) -> Composed:
    """Never IF NOT EXISTS: what an interrupted build has left exists, and is of no use."""
    if target.kind == IndexKind.TEXT:
        return SQL(_GIN).format(
            name=Identifier(target.name),
            table=Identifier(table),
            pending=Literal(PENDING),
            store=Literal(str(target.store_id)),
        )
    return SQL(_HNSW).format(
        name=Identifier(target.name),
        table=Identifier(table),
        dimensions=Literal(dimensions),
        m=Literal(M),
        ef=Literal(EF_CONSTRUCTION),
        store=Literal(str(target.store_id)),
        generation=Literal(target.generation),
    )


def recreate(target: Target) -> Composed:
    return SQL("REINDEX INDEX CONCURRENTLY {}").format(Identifier(target.name))


def drop(name: str) -> Composed:
    return SQL("DROP INDEX CONCURRENTLY IF EXISTS {}").format(Identifier(name))


def analyze(table: str) -> Composed:
    return SQL("ANALYZE {}").format(Identifier(table))
