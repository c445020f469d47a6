"""Attribute filters: `{"type": "eq", "key": …, "value": …}`, nested by `and` and `or`.

Comparisons are typed: a number never equals its string, and `true` is no number. A file without
the key matches `ne` and `nin`, and nothing else. Strings are ordered by code point. The user's
key is data: it is a parameter of the query, never a part of it.
"""

from vectorstores.search.filters.conditions import to_q
from vectorstores.search.filters.parts import COMPARISONS, ORDERS, Comparison, Compound, Filter
from vectorstores.search.filters.reading import MAX_DEPTH, MAX_PARTS, MAX_VALUES, parse

__all__ = [
    "COMPARISONS",
    "MAX_DEPTH",
    "MAX_PARTS",
    "MAX_VALUES",
    "ORDERS",
    "Comparison",
    "Compound",
    "Filter",
    "parse",
    "to_q",
]
