"""A filter as a condition of a query."""

import json
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, F, Func, JSONField, Q, TextField, Value
from django.db.models.functions import Cast
from django.db.models.lookups import Exact

from vectorstores.search.filters.parts import ORDERS, Compound, Filter


def to_q(filter_: Filter) -> Q:
    """The filter as a condition on VectorStoreFile."""
    if isinstance(filter_, Compound):
        # Of nothing at all, "and" is true and "or" is false.
        start = Q(Value(filter_.type == "and", output_field=BooleanField()))
        return Q(start, *map(to_q, filter_.filters), _connector=filter_.type.upper())
    match filter_.type:
        case "eq":
            return _equals(filter_.key, filter_.value)
        case "ne":
            return ~_equals(filter_.key, filter_.value)
        case "in":
            return _is_one_of(filter_.key, filter_.value)
        case "nin":
            return ~_is_one_of(filter_.key, filter_.value)
    return _compares(filter_.key, ORDERS[filter_.type], filter_.value)


def _equals(key: str, value: Any) -> Q:
    return Q(attributes__contains={key: value})  # `@>`, so that the GIN index serves


def _is_one_of(key: str, values: list[Any]) -> Q:
    """One array to look up in, which Postgres hashes: of 1,000 values 200 times as fast as `OR`."""
    array = Cast(Value([json.dumps(value) for value in values]), ArrayField(JSONField()))
    return Q(
        Func(
            _attribute(key, "->"),
            array,
            template="COALESCE(%(expressions)s), FALSE)",  # a missing key is none of them
            arg_joiner=" = ANY(",
            output_field=BooleanField(),
        )
    )


def _compares(key: str, operator: str, value: Any) -> Q:
    """The attribute is of the value's type, and `attribute operator value` holds."""
    if isinstance(value, str):
        attribute = _attribute(key, "->>")
        other: Any = Cast(Value(value), TextField())
        operator = f'COLLATE "C" {operator}'
    else:
        attribute = _attribute(key, "->")
        other = Cast(Value(json.dumps(value)), JSONField())
    kind = Func(_attribute(key, "->"), function="jsonb_typeof", output_field=TextField())
    same_type = Exact(kind, "string" if isinstance(value, str) else "number")
    return Q(same_type) & Q(_infix(attribute, operator, other, BooleanField()))


def _attribute(key: str, operator: str) -> Func:
    field = JSONField() if operator == "->" else TextField()
    return _infix(F("attributes"), operator, Cast(Value(key), TextField()), field)


def _infix(left: Any, operator: str, right: Any, output_field: Any) -> Func:
    return Func(
        left,
        right,
        template="(%(expressions)s)",
        arg_joiner=f" {operator} ",
        output_field=output_field,
    )
