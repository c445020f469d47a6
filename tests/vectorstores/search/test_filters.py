"""Attribute filters: what they match, as Postgres sees it."""

import operator
from decimal import Decimal

import pytest

from tests.vectorstores.matching import among, compare
from vectorstores.models import VectorStoreFile
from vectorstores.search.filters import parse, to_q

pytestmark = pytest.mark.django_db

# --- what each comparison means ---------------------------------------------------------------

VALUES = [1, 2, 2.5, -1, "1", "a", "b", "B", "ä", "", True, False]


@pytest.mark.parametrize(
    ("filter_", "wanted"),
    [
        (compare("eq", 1), [1]),
        (compare("eq", 1.0), [1]),
        (compare("eq", 2.5), [2.5]),
        (compare("eq", "1"), ["1"]),
        (compare("eq", ""), [""]),
        (compare("eq", True), [True]),
        (compare("eq", False), [False]),
        (compare("eq", 0), []),
        (compare("ne", 1), [2, 2.5, -1, "1", "a", "b", "B", "ä", "", True, False]),
        (compare("ne", True), [1, 2, 2.5, -1, "1", "a", "b", "B", "ä", "", False]),
        (compare("gt", 1), [2, 2.5]),
        (compare("gte", 2), [2, 2.5]),
        (compare("lt", 2), [1, -1]),
        (compare("lte", 2), [1, 2, -1]),
        (compare("gt", "B"), ["a", "b", "ä"]),
        (compare("gte", "b"), ["b", "ä"]),
        (compare("lt", "a"), ["1", "B", ""]),
        (compare("lte", "a"), ["1", "a", "B", ""]),
        (compare("in", [1, "a", True]), [1, "a", True]),
        (compare("in", ["1", 2.0]), [2, "1"]),
        (compare("in", []), []),
        (compare("nin", [1, 2, 2.5, -1, "1", "a"]), ["b", "B", "ä", "", True, False]),
        (compare("nin", []), VALUES),
    ],
    ids=str,
)
def test_a_comparison_respects_types(filter_, wanted):
    match = among(*({"k": value} for value in VALUES))

    found = [attributes["k"] for attributes in match(filter_)]

    assert found == wanted
    assert [type(value) for value in found] == [type(value) for value in wanted]


@pytest.mark.parametrize(
    ("type_", "value", "matches"),
    [
        ("eq", 1, False),
        ("ne", 1, True),
        ("gt", 0, False),
        ("gte", "", False),
        ("lt", 9, False),
        ("lte", "z", False),
        ("in", [1], False),
        ("nin", [1], True),
    ],
)
def test_a_file_without_the_key_differs_from_every_value(type_, value, matches):
    match = among({}, {"other": 1})

    assert bool(match(compare(type_, value))) is matches


def test_compounds_nest():
    match = among(*({"a": a, "b": b} for a in (1, 2, 3) for b in ("x", "y")))
    either = {"type": "or", "filters": [compare("eq", 1, "a"), compare("eq", 3, "a")]}

    found = match({"type": "and", "filters": [either, compare("ne", "x", "b")]})

    assert found == [{"a": 1, "b": "y"}, {"a": 3, "b": "y"}]


@pytest.mark.parametrize(("type_", "matches"), [("and", True), ("or", False)])
def test_an_empty_and_matches_everything_and_an_empty_or_nothing(type_, matches):
    match = among({}, {"k": 1})

    assert bool(match({"type": type_, "filters": []})) is matches


def test_a_key_may_be_called_a_property_as_openais_guide_does():
    match = among({"k": 1}, {"k": 2})

    assert match({"type": "eq", "property": "k", "value": 2}) == [{"k": 2}]


def test_strings_are_ordered_by_code_point_under_any_collation():
    where = to_q(parse(compare("gt", "a"), "filters"))

    assert 'COLLATE "C" >' in str(VectorStoreFile.objects.filter(where).query)


NUMBERS = [0, -0.0, 0.1, 1e-300, 1e308, 2**53, 2**53 + 1, 10**30, -(10**30), 1e30]


@pytest.mark.parametrize("number", NUMBERS, ids=repr)
def test_numbers_are_compared_exactly(number):
    match = among(*({"k": each} for each in NUMBERS))

    for type_, holds in (("eq", operator.eq), ("gt", operator.gt), ("lte", operator.le)):
        found = [exact(row["k"]) for row in match(compare(type_, number))]
        assert found == [exact(each) for each in NUMBERS if holds(exact(each), exact(number))]


def exact(number: float) -> Decimal:
    return Decimal(repr(number))


# --- keys and values are data -----------------------------------------------------------------

HOSTILE = [
    "",
    " ",
    "a.b",
    "a'b",
    'a"b',
    "a`b",
    "a%sb",
    "%(x)s",
    "%",
    "a\\b",
    "{a,b}",
    "[0]",
    "$",
    "$.a",
    "a__contains",
    "k') OR 1=1 --",
    "'; DROP TABLE chunk; --",
    "日本語",
    "😀",
    "é",
    "e\u0301",
    "\n\t",
    "null",
    "-1",
]


@pytest.mark.parametrize("text", HOSTILE, ids=repr)
def test_keys_and_values_are_only_ever_data(text):
    match = among({text: text}, {text: "zzz"}, {text + "x": text}, {"k": 1})

    assert match(compare("eq", text, key=text)) == [{text: text}]
    assert match(compare("in", [text], key=text)) == [{text: text}]
    assert match(compare("gt", text, key=text)) == [{text: "zzz"}] * (text < "zzz")
    assert len(match(compare("ne", text, key=text))) == 3
    assert len(match(compare("nin", [text], key=text))) == 3
