"""Any filter over any attributes, asked of Postgres and of a plain function beside it."""

import operator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from tests.examples import SHARING_FIXTURES, rolled_back
from tests.factories import FileFactory
from tests.vectorstores.matching import rows_of
from tests.vectorstores.search.filter_cases import Case, cases
from vectorstores.models import VectorStoreFile
from vectorstores.search.filters import parse, to_q

pytestmark = pytest.mark.django_db


def matches(filter_: dict[str, Any], attributes: dict[str, Any]) -> bool:
    """Evaluate a filter in plain Python."""
    type_ = filter_["type"]
    if type_ in ("and", "or"):
        parts = [matches(part, attributes) for part in filter_["filters"]]
        return all(parts) if type_ == "and" else any(parts)
    if type_ in ("ne", "nin"):
        return not matches({**filter_, "type": {"ne": "eq", "nin": "in"}[type_]}, attributes)
    key = filter_["key"] if "key" in filter_ else filter_["property"]
    if key not in attributes:
        return False
    if type_ == "in":
        return any(compares("eq", attributes[key], value) for value in filter_["value"])
    return compares(type_, attributes[key], filter_["value"])


def compares(type_: str, one: Any, other: Any) -> bool:
    comparison = getattr(operator, {"gte": "ge", "lte": "le"}.get(type_, type_))
    (kind, one), (other_kind, other) = typed(one), typed(other)
    return kind == other_kind and bool(comparison(one, other))


def typed(value: Any) -> tuple[str, Any]:
    """Return a number by its digits in JSON: 1e30 is 10**30, though not as a double."""
    if isinstance(value, bool | str):
        return type(value).__name__, value
    return "number", Decimal(str(value))


@given(case=cases())
@settings(SHARING_FIXTURES, max_examples=250)
def test_every_filter_matches_the_files_that_a_plain_evaluation_selects(store, case: Case):
    with rolled_back():
        rows = rows_of(store, FileFactory(project=store.project, content=""), case.rows)

        for filter_ in case.filters:
            found = VectorStoreFile.objects.filter(to_q(parse(filter_, "filters")))
            expected = {row.pk for row in rows if matches(filter_, row.attributes)}
            assert set(found.values_list("pk", flat=True)) == expected, filter_
