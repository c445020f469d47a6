"""What the client sent, as a filter, or refused with the place that is wrong."""

from typing import Any

from vectorstores.errors import (
    InvalidParameter,
    MissingParameter,
    UnknownParameter,
    UnstorableText,
    UnsupportedValue,
    WrongType,
)
from vectorstores.postgres.text import is_storable
from vectorstores.search.filters.parts import COMPARISONS, ORDERS, Comparison, Compound, Filter

MAX_DEPTH = 10
MAX_PARTS = 200  # comparisons and compounds, each of which is evaluated for each file
MAX_VALUES = 10_000  # in all the lists of `in` and `nin`, which are hashed


def parse(data: Any, path: str) -> Filter:
    """The filter in `data`. Raises InvalidParameter that names the place, below `path`."""
    return _Reader().read(data, path, depth=1)


class _Reader:
    def __init__(self) -> None:
        self.parts = self.values = 0

    def read(self, data: Any, path: str, *, depth: int) -> Filter:
        if not isinstance(data, dict):
            raise WrongType(path, "an object", data)
        if depth > MAX_DEPTH:
            raise InvalidParameter(f"'{path}' is nested more than {MAX_DEPTH} deep.", param=path)
        self.parts += 1
        if self.parts > MAX_PARTS:
            raise InvalidParameter(f"A filter has at most {MAX_PARTS} parts.", param=path)
        if data.get("type") in ("and", "or"):
            return self._compound(data, path, depth)
        return self._comparison(data, path)

    def _compound(self, data: dict[str, Any], path: str, depth: int) -> Compound:
        _only(data, {"type", "filters"}, path)
        parts = _required(data, "filters", path)
        if not isinstance(parts, list):
            raise WrongType(f"{path}.filters", "an array", parts)
        return Compound(
            data["type"],
            [
                self.read(part, f"{path}.filters[{i}]", depth=depth + 1)
                for i, part in enumerate(parts)
            ],
        )

    def _comparison(self, data: dict[str, Any], path: str) -> Comparison:
        type_ = _text(_required(data, "type", path), f"{path}.type")
        if type_ not in COMPARISONS:
            raise UnsupportedValue(f"{path}.type", type_, (*COMPARISONS, "and", "or"))
        # OpenAI's guide writes `property`.
        name = "property" if "property" in data and "key" not in data else "key"
        _only(data, {"type", name, "value"}, path)
        key = _text(_required(data, name, path), f"{path}.{name}")
        value = _required(data, "value", path)
        self._check_value(type_, value, f"{path}.value")
        return Comparison(type_, key, value)

    def _check_value(self, type_: str, value: Any, place: str) -> None:
        if type_ in ("in", "nin"):
            self._check_values(value, place)
        elif type_ in ORDERS:
            _check_scalar(value, place, "a string or a number", but=bool)
        else:
            _check_scalar(value, place)

    def _check_values(self, values: Any, place: str) -> None:
        if not isinstance(values, list):
            raise WrongType(place, "an array", values)
        self.values += len(values)
        if self.values > MAX_VALUES:
            raise InvalidParameter(
                f"The lists of a filter have at most {MAX_VALUES} values.", param=place
            )
        for index, value in enumerate(values):
            _check_scalar(value, f"{place}[{index}]")


def _required(data: dict[str, Any], name: str, path: str) -> Any:
    if name not in data:
        raise MissingParameter(f"{path}.{name}")
    return data[name]


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str):
        raise WrongType(place, "a string", value)
    if not is_storable(value):
        raise UnstorableText(place)
    return value


def _check_scalar(
    value: Any,
    place: str,
    expected: str = "a string, a number or a boolean",
    *,
    but: type | None = None,
) -> None:
    if isinstance(value, str):
        _text(value, place)
    elif not isinstance(value, bool | int | float) or (but and isinstance(value, but)):
        raise WrongType(place, expected, value)


def _only(data: dict[str, Any], known: set[str], path: str) -> None:
    for key in data.keys() - known:
        raise UnknownParameter(f"{path}.{key}")
