"""What a filter is made of."""

from dataclasses import dataclass
from typing import Any

ORDERS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
COMPARISONS = ("eq", "ne", *ORDERS, "in", "nin")


@dataclass(frozen=True)
class Comparison:
    type: str
    key: str
    value: Any  # a scalar; a list of them for in and nin


@dataclass(frozen=True)
class Compound:
    type: str
    filters: list["Comparison | Compound"]


Filter = Comparison | Compound
