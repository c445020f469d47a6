"""Attributes and filters that nobody would think of, for property tests."""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.vectorstores.matching import compare

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=6)
KEYS = TEXT | st.sampled_from(["a", "a.b", "'", '"', "\\", "%s", "{0}", "$.a", "0", "k' = ANY("])
NUMBERS = (
    st.integers(-3, 3)
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([-0.0, 1e-300, 1e308, 5e-324, 2**53, 2**53 + 1, 10**30, 1e30, 0.1, 10**400])
)
SCALARS = TEXT | NUMBERS | st.booleans()
ORDERED = ("gt", "gte", "lt", "lte")


@dataclass(frozen=True)
class Case:
    """Attributes of some files, and filters over the same keys and values."""

    rows: list[dict[str, Any]]
    filters: list[dict[str, Any]]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    keys = st.sampled_from(draw(st.lists(KEYS, min_size=1, max_size=3, unique=True)))
    drawn = draw(st.lists(SCALARS, min_size=1, max_size=5))
    values = st.sampled_from([twin for value in drawn for twin in twins(value)])
    rows = st.lists(st.dictionaries(keys, values), min_size=1, max_size=6)
    return Case(draw(rows), draw(st.lists(filters(keys, values), min_size=1, max_size=4)))


def twins(value: Any) -> list[Any]:
    """Return the value, and those that a careless comparison would take for it."""
    if isinstance(value, bool):
        return [value, int(value), str(value).lower()]
    if isinstance(value, str):
        return [value, value + " ", value.upper()]
    return [value, str(value), -value]


def filters(keys: st.SearchStrategy[str], values: st.SearchStrategy[Any]) -> st.SearchStrategy:
    numbers_or_text = values.filter(lambda value: not isinstance(value, bool))
    comparisons = (
        st.builds(compare, st.sampled_from(["eq", "ne"]), values, keys)
        | st.builds(compare, st.sampled_from(ORDERED), numbers_or_text, keys)
        | st.builds(compare, st.sampled_from(["in", "nin"]), st.lists(values, max_size=3), keys)
    )
    spelt = comparisons | comparisons.map(with_property)
    return st.recursive(spelt, compounds, max_leaves=6)


def with_property(comparison: dict[str, Any]) -> dict[str, Any]:
    """Return the filter as OpenAI's guide spells it."""
    return {{"key": "property"}.get(name, name): part for name, part in comparison.items()}


def compounds(parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"type": st.sampled_from(["and", "or"]), "filters": st.lists(parts, max_size=3)}
    )
