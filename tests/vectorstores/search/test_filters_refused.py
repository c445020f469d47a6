"""Filters that are refused: malformed, or too large."""

import pytest

from tests.vectorstores.matching import among, compare
from vectorstores.errors import InvalidParameter
from vectorstores.search.filters import MAX_DEPTH, MAX_PARTS, MAX_VALUES, parse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("data", "param", "code", "message"),
    [
        (
            None,
            "filters",
            "invalid_type",
            "Invalid type for 'filters': expected an object, but got null instead.",
        ),
        ([], "filters", "invalid_type", None),
        (
            {},
            "filters.type",
            "missing_required_parameter",
            "Missing required parameter: 'filters.type'.",
        ),
        (
            {"type": "like", "key": "k", "value": 1},
            "filters.type",
            "invalid_value",
            "Invalid value: 'like'. Supported values are: 'eq', 'ne', 'gt', 'gte', 'lt', 'lte', "
            "'in', 'nin', 'and' and 'or'.",
        ),
        ({"type": ["eq"], "key": "k", "value": 1}, "filters.type", "invalid_type", None),
        (
            {"type": "eq", "value": 1},
            "filters.key",
            "missing_required_parameter",
            "Missing required parameter: 'filters.key'.",
        ),
        ({"type": "eq", "key": 5, "value": 1}, "filters.key", "invalid_type", None),
        ({"type": "eq", "key": None, "value": 1}, "filters.key", "invalid_type", None),
        ({"type": "eq", "key": "a\x00", "value": 1}, "filters.key", "invalid_value", None),
        (
            {"type": "eq", "key": "k"},
            "filters.value",
            "missing_required_parameter",
            "Missing required parameter: 'filters.value'.",
        ),
        (
            compare("eq", None),
            "filters.value",
            "invalid_type",
            "Invalid type for 'filters.value': expected a string, a number or a boolean, "
            "but got null instead.",
        ),
        (compare("eq", [1]), "filters.value", "invalid_type", None),
        (compare("ne", {"a": 1}), "filters.value", "invalid_type", None),
        (compare("eq", "\x00"), "filters.value", "invalid_value", None),
        (
            compare("eq", "\ud800"),
            "filters.value",
            "invalid_value",
            "Invalid 'filters.value': the string has a NUL character or a lone surrogate, "
            "which cannot be stored.",
        ),
        (
            compare("gt", True),
            "filters.value",
            "invalid_type",
            "Invalid type for 'filters.value': expected a string or a number, "
            "but got a boolean instead.",
        ),
        (compare("lte", [1]), "filters.value", "invalid_type", None),
        (
            compare("in", "a"),
            "filters.value",
            "invalid_type",
            "Invalid type for 'filters.value': expected an array, but got a string instead.",
        ),
        (compare("nin", ["a", None]), "filters.value[1]", "invalid_type", None),
        (compare("in", [["a"]]), "filters.value[0]", "invalid_type", None),
        (
            {**compare("eq", 1), "property": "k"},
            "filters.property",
            "unknown_parameter",
            "Unknown parameter: 'filters.property'.",
        ),
        (
            {**compare("eq", 1), "boost": 2},
            "filters.boost",
            "unknown_parameter",
            "Unknown parameter: 'filters.boost'.",
        ),
        (
            {"type": "and"},
            "filters.filters",
            "missing_required_parameter",
            "Missing required parameter: 'filters.filters'.",
        ),
        ({"type": "or", "filters": {}}, "filters.filters", "invalid_type", None),
        ({"type": "and", "filters": [5]}, "filters.filters[0]", "invalid_type", None),
        (
            {"type": "and", "filters": [compare("eq", 1), {"type": "or", "filters": [{}]}]},
            "filters.filters[1].filters[0].type",
            "missing_required_parameter",
            None,
        ),
        (
            {"type": "and", "filters": [], "key": "k"},
            "filters.key",
            "unknown_parameter",
            None,
        ),
    ],
)
def test_an_error_names_the_place_of_the_mistake(data, param, code, message):
    with pytest.raises(InvalidParameter) as error:
        parse(data, "filters")

    assert (error.value.param, error.value.code) == (param, code)
    assert message in (None, error.value.message)


def nested(depth: int) -> dict:
    filter_: dict = compare("eq", 1)
    for _ in range(depth - 1):
        filter_ = {"type": "and", "filters": [filter_]}
    return filter_


def test_the_depth_of_a_filter_is_limited():
    assert among({"k": 1})(nested(MAX_DEPTH)) == [{"k": 1}]

    for depth in (MAX_DEPTH + 1, 300):
        with pytest.raises(InvalidParameter) as error:
            parse(nested(depth), "filters")
        assert error.value.message.endswith(f"is nested more than {MAX_DEPTH} deep.")


@pytest.mark.parametrize("part", [compare("eq", 1), {"type": "and", "filters": []}], ids=str)
def test_the_number_of_parts_of_a_filter_is_limited(part):
    among({"k": 1})({"type": "and", "filters": [part] * (MAX_PARTS - 1)})

    with pytest.raises(InvalidParameter) as error:
        parse({"type": "and", "filters": [part] * MAX_PARTS}, "filters")

    assert error.value.message == f"A filter has at most {MAX_PARTS} parts."


def test_the_number_of_listed_values_is_limited():
    match = among({"k": 5}, {"k": -5})
    half = MAX_VALUES // 2
    lists = [compare("in", list(range(half))), compare("nin", list(range(half, MAX_VALUES)))]

    assert match({"type": "and", "filters": lists}) == [{"k": 5}]
    with pytest.raises(InvalidParameter) as error:
        parse({"type": "and", "filters": [*lists, compare("in", [1])]}, "filters")

    assert error.value.param == "filters.filters[2].value"
    assert error.value.message == f"The lists of a filter have at most {MAX_VALUES} values."
