"""The cost of a statement for Postgres, in rows read instead of seconds."""

import json
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext


def queries_of(call: Callable[..., object]) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        call()
    return [query["sql"] for query in queries]


def rows_read(statement: str, index: str) -> int:
    """Run the statement, and return how many rows of files in stores it reads.

    Check that it reads them by this index only.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")
        ((plan,),) = cursor.fetchall()
    below, rows = [(json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]], 0
    while below:
        node = below.pop()
        below += node.get("Plans", [])
        if node.get("Relation Name") == "vectorstores_vectorstorefile":
            assert node.get("Index Name") == index, node
            rows += round(rows_of(node) * node["Actual Loops"])
    return rows


def rows_of(node: dict[str, Any]) -> float:
    left_out = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
    return float(node["Actual Rows"] + sum(node.get(key, 0) for key in left_out))
