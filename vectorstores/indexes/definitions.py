"""Index definitions: names, statements, and the memory that a build needs.

Each index belongs to one store: it is a partial index on the partition that holds the store's
rows. Its name identifies the store and the kind of index:

    hnsw_<store id in hex>_<generation>   the vectors of one generation
    gin_<store id in hex>                 the terms
"""

import re
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection
from psycopg.sql import SQL, Composed, Identifier, Literal

from vectorstores.models import IndexBuild, IndexKind, StoreIndex

# With pgvector's defaults, 16 and 64, up to a tenth of what a filter leaves is not found, however
# long one searches; see decision 15.
M, EF_CONSTRUCTION = 32, 200

# In kB. New entries go into a list first, which every search reads from end to end.
PENDING = 512

PARTITIONS = 16
TABLES = {IndexKind.VECTOR: "chunk_embedding", IndexKind.TEXT: "chunk_terms"}

_NAME = re.compile(
    "(?:hnsw_(?P<vector>[0-9a-f]{32})_(?P<generation>[0-9]{1,5})|gin_(?P<text>[0-9a-f]{32}))"
    # Postgres' own suffix for what REINDEX CONCURRENTLY leaves when it is interrupted.
    "(?P<leftover>_cc(?:new|old)[0-9]*)?"
)
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
_PARTITION = """
SELECT remainder FROM generate_series(0, %(partitions)s - 1) AS remainder
 WHERE satisfies_hash_partition(%(table)s::regclass, %(partitions)s, remainder, %(store)s::uuid)
"""


class Target(NamedTuple):
    """Identify an index that exists or could exist. Text has no generation: it is 0."""

    kind: IndexKind
    store_id: UUID
    generation: int = 0

    @classmethod
    def of(cls, row: IndexBuild | StoreIndex) -> "Target":
        return cls(IndexKind(row.kind), row.vector_store_id, row.generation)

    @property
    def name(self) -> str:
        if self.kind == IndexKind.VECTOR:
            return vector_index(self.store_id, self.generation)
        return text_index(self.store_id)


def vector_index(store_id: UUID, generation: int) -> str:
    return f"hnsw_{store_id.hex}_{generation}"


def text_index(store_id: UUID) -> str:
    return f"gin_{store_id.hex}"


def parse_name(name: str) -> Target | None:
    """Return the target of an index of this name. None if it is not ours, or a rebuild left it."""
    match = _NAME.fullmatch(name)
    if match is None or match["leftover"]:
        return None
    if match["text"]:
        return Target(IndexKind.TEXT, UUID(match["text"]))
    return Target(IndexKind.VECTOR, UUID(match["vector"]), int(match["generation"]))


def is_leftover(name: str) -> bool:
    """Return whether an interrupted rebuild left the index of this name."""
    match = _NAME.fullmatch(name)
    return bool(match and match["leftover"])


def partition_of(target: Target) -> str:
    """Return the table that holds the store's rows, or would hold them."""
    table = TABLES[IndexKind(target.kind)]
    values: dict[str, Any] = {"table": table, "partitions": PARTITIONS, "store": target.store_id}
    with connection.cursor() as cursor:
        cursor.execute(_PARTITION, values)
        ((remainder,),) = cursor.fetchall()
    return f"{table}_{remainder:02}"


def create_statement(target: Target, partition: str, *, dimensions: int) -> Composed:
    """Compose CREATE INDEX, never IF NOT EXISTS: an interrupted build's index is of no use."""
    if target.kind == IndexKind.TEXT:
        return SQL(_GIN).format(
            name=Identifier(target.name),
            table=Identifier(partition),
            pending=Literal(PENDING),
            store=Literal(str(target.store_id)),
        )
    return SQL(_HNSW).format(
        name=Identifier(target.name),
        table=Identifier(partition),
        dimensions=Literal(dimensions),
        m=Literal(M),
        ef=Literal(EF_CONSTRUCTION),
        store=Literal(str(target.store_id)),
        generation=Literal(target.generation),
    )


# --- Memory ---------------------------------------------------------------------------------

LEAST_MEMORY = 64 * 1024**2
BYTES_PER_DIMENSION = 2  # halfvec
# pgvector keeps 16 bytes for each neighbour, 2 * M of them in the lowest layer, and about this
# much more. Measured at M 16 and 384 dimensions: 1,548 bytes a vector.
NEIGHBOUR, ELEMENT = 16, 250
RESERVE = 1.25  # since rows are written during the build
BYTES_OF_TERMS = 1_000  # for each chunk: some 190 terms, five bytes a posting


def build_memory(kind: IndexKind, *, rows: int, dimensions: int) -> int:
    """Return the bytes that a build of so many rows needs, at most INDEX_BUILD_MEMORY.

    A graph that outgrows its memory is finished on disk, several times as slowly.
    """
    row = BYTES_OF_TERMS
    if kind == IndexKind.VECTOR:
        row = dimensions * BYTES_PER_DIMENSION + 2 * M * NEIGHBOUR + ELEMENT
    needed = max(LEAST_MEMORY, int(rows * row * RESERVE))
    return min(needed, int(settings.INDEX_BUILD_MEMORY))
