"""The schema in Postgres' catalog, as lines to read beside the migrations.

Columns are sorted by name, because their order on disk is not guaranteed. Defaults of Postgres are
left out, and so is the text of the view, because it is in the migration and each version of
Postgres formats it differently.
"""

from typing import Any

from django.db import connection

RELATIONS = """
SELECT c.oid::int, c.relname::text, c.relkind::text, pg_get_partkeydef(c.oid),
       array_to_string(c.reloptions, ', ')
  FROM pg_class AS c
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
   AND NOT c.relispartition
   AND (c.relname LIKE 'vectorstores!_%%' ESCAPE '!' OR c.relname = ANY(%s))
 ORDER BY c.relname
"""
OUR_NAMES = ["chunk", "chunk_embedding", "chunk_terms", "index_build", "store_index"]
COLUMNS = """
SELECT concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod),
           CASE WHEN a.attnotnull THEN 'not null' END,
           'default ' || pg_get_expr(d.adbin, d.adrelid),
           CASE a.attidentity WHEN 'd' THEN 'identity' WHEN 'a' THEN 'identity always' END,
           CASE WHEN a.attstorage <> t.typstorage THEN 'storage ' ||
               CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external'
                                 WHEN 'm' THEN 'main' ELSE 'extended' END END,
           'compression ' || nullif(a.attcompression::text, ''),
           'statistics ' || nullif(a.attstattarget, -1))
  FROM pg_attribute AS a
  JOIN pg_type AS t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped
 ORDER BY a.attname
"""
CONSTRAINTS = """
SELECT conname || ': ' || pg_get_constraintdef(oid)
  FROM pg_constraint
 WHERE conrelid = %s AND contype <> 'n'
 ORDER BY conname
"""
# Without the indexes of constraints.
INDEXES = """
SELECT index.relname || ': ' || CASE WHEN pg_index.indisunique THEN 'unique ' ELSE '' END
       || split_part(pg_get_indexdef(index.oid), ' USING ', 2)
       || CASE WHEN pg_index.indisvalid THEN '' ELSE ' invalid' END
  FROM pg_index JOIN pg_class AS index ON index.oid = indexrelid
 WHERE indrelid = %s AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = index.oid)
 ORDER BY index.relname
"""
PARTITIONS = """
SELECT c.oid::int, c.relname::text, pg_get_expr(c.relpartbound, c.oid),
       array_to_string(c.reloptions, ', ')
  FROM pg_inherits JOIN pg_class AS c ON c.oid = inhrelid
 WHERE inhparent = %s
 ORDER BY c.relname
"""


def schema() -> str:
    """Describe all our tables and views."""
    relations = [_relation(*row) for row in rows(RELATIONS, OUR_NAMES)]
    return "\n\n".join("\n  ".join(lines) for lines in relations) + "\n"


def _relation(oid: int, name: str, kind: str, key: str | None, options: str | None) -> list[str]:
    head = f"{'view' if kind == 'v' else 'table'} {name}"
    if key:
        head += f" partitioned by {key}"
    if options:
        head += f" with ({options})"
    parts = _parts(oid)
    return [head, *parts, *(_partitions(oid, name, parts) if key else [])]


def _parts(oid: int) -> list[str]:
    return [
        *(column for (column,) in rows(COLUMNS, oid)),
        *(f"constraint {constraint}" for (constraint,) in rows(CONSTRAINTS, oid)),
        *(f"index {index}" for (index,) in rows(INDEXES, oid)),
    ]


def _partitions(oid: int, name: str, parts: list[str]) -> list[str]:
    """Describe the partitions in one line. Check that they are numbered and like their table."""
    partitions = rows(PARTITIONS, oid)
    lines = set()
    for number, (partition, its_name, bounds, options) in enumerate(partitions):
        assert its_name == f"{name}_{number:02}"
        assert [part.replace(its_name, name) for part in _parts(partition)] == parts, its_name
        line = bounds.replace(f"remainder {number})", "remainder NN)")
        lines.add(f"{line} with ({options})" if options else line)
    return [f"{len(partitions)} partitions {name}_NN {line}" for line in sorted(lines)]


def rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
