"""Strictly typed parameters, whose errors have OpenAI's messages and codes.

`{param}` in a message is replaced by the parameter's path when the error is answered.
"""

import copy
import re
import sys
from collections.abc import Mapping
from typing import Any, NoReturn, Self

from rest_framework import serializers

from vectorstores.api.json_schema import BOOLEAN, NUMBER, Schema, any_of
from vectorstores.errors import UNSTORABLE, listed, type_name
from vectorstores.postgres.text import is_valid_text

LARGEST = sys.float_info.max  # a limit, because JSON integers can be larger than any float
DIGITS = re.compile(r"-?[0-9]{1,18}")
MAX_PAIRS, MAX_KEY, MAX_VALUE = 16, 64, 512


def wrong_type(expected: str, value: Any) -> serializers.ValidationError:
    return serializers.ValidationError(
        f"Invalid type for '{{param}}': expected {expected}, but got {type_name(value)} instead.",
        code="invalid_type",
    )


def missing() -> serializers.ValidationError:
    message = "Missing required parameter: '{param}'."
    return serializers.ValidationError(message, code="missing_required_parameter")


def invalid(code: str, problem: str, *, expected: str, got: str) -> serializers.ValidationError:
    return serializers.ValidationError(
        f"Invalid '{{param}}': {problem}. Expected {expected}, but got {got} instead.", code=code
    )


def check_length(text: str, maximum: int) -> None:
    if len(text) > maximum:
        raise invalid(
            "string_above_max_length", "string too long",
            expected=f"a string with maximum length {maximum}",
            got=f"a string with length {len(text)}",
        )  # fmt: skip


def check_storable(text: str) -> None:
    if not is_valid_text(text):
        raise serializers.ValidationError(UNSTORABLE, code="invalid_value")


def check_bounds(value: float, minimum: float, maximum: float | None, *, kind: str) -> None:
    if value < minimum:
        raise invalid(
            f"{kind}_below_min_value", f"{kind} below minimum value",
            expected=f"a value >= {minimum}", got=str(value),
        )  # fmt: skip
    if maximum is not None and value > maximum:
        raise invalid(
            f"{kind}_above_max_value", f"{kind} above maximum value",
            expected=f"a value <= {maximum}", got=str(value),
        )  # fmt: skip


class FixedField(serializers.Field):
    """A field whose arguments never change.

    DRF copies all fields for each request, with their help texts and schemas, which took 4 to 6 %
    of a request's function calls when measured. These copies share the texts and schemas, but not
    child fields, because a field refers to its parent.
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        args, given = self._args, self._kwargs  # type: ignore[attr-defined] # DRF keeps them
        kwargs: dict[str, Any] = {
            name: copy.deepcopy(value, memo) if isinstance(value, serializers.Field) else value
            for name, value in given.items()
        }
        return type(self)(*args, **kwargs)


class StrictField(FixedField):
    """A field whose errors for a missing or null value have OpenAI's wording."""

    expected = "a value"
    kind: str  # the type in JSON Schema
    limits: Schema = {}  # JSON Schema keywords; None means no limit
    components: Schema = {}
    """Named schemas of the OpenAPI document. The last one is the field's own."""

    @property
    def json_schema(self) -> Schema:
        """Return the schema of the accepted values except null, for the OpenAPI document."""
        return {"type": self.kind, **self.given_limits}

    @property
    def given_limits(self) -> Schema:
        return {name: limit for name, limit in self.limits.items() if limit is not None}

    def fail(self, key: str, **_: Any) -> NoReturn:
        """Raise the error for a missing or null value, which DRF detects before the field runs."""
        raise missing() if key == "required" else wrong_type(self.expected, None)

    def to_representation(self, value: Any) -> Any:
        return value


class String(StrictField):
    expected, kind = "a string", "string"

    def __init__(
        self, *, min_length: int = 0, max_length: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.min_length, self.max_length = min_length, max_length
        self.limits = {"minLength": min_length or None, "maxLength": max_length}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise wrong_type(self.expected, data)
        check_storable(data)
        if len(data) < self.min_length:
            raise invalid(
                "string_below_min_length", "string too short",
                expected=f"a string with minimum length {self.min_length}",
                got=f"a string with length {len(data)}",
            )  # fmt: skip
        if self.max_length is not None:
            check_length(data, self.max_length)
        return data


class Integer(StrictField):
    expected, kind = "an integer", "integer"

    def __init__(self, *, minimum: int, maximum: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.minimum, self.maximum = minimum, maximum
        self.limits = {"minimum": minimum, "maximum": maximum}

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            raise wrong_type(self.expected, data)
        check_bounds(data, self.minimum, self.maximum, kind="integer")
        return data


class QueryInteger(Integer):
    """An integer written in digits, as in query strings and forms."""

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, str) or not DIGITS.fullmatch(data):
            raise wrong_type(self.expected, data)
        return super().to_internal_value(int(data))


class Decimal(StrictField):
    expected, kind = "a decimal", "number"

    def __init__(self, *, minimum: float, maximum: float = LARGEST, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.minimum, self.maximum = minimum, maximum
        self.limits = {"minimum": minimum, "maximum": maximum}

    def to_internal_value(self, data: Any) -> float:
        if not isinstance(data, int | float) or isinstance(data, bool):
            raise wrong_type(self.expected, data)
        check_bounds(data, self.minimum, self.maximum, kind="decimal")
        return float(data)


class Boolean(StrictField):
    expected, kind = "a boolean", "boolean"

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            raise wrong_type(self.expected, data)
        return data


class Choice(StrictField):
    expected, kind = "a string", "string"

    def __init__(self, *choices: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.choices = choices
        self.limits = {"enum": list(choices)}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise wrong_type(self.expected, data)
        if data not in self.choices:
            raise serializers.ValidationError(
                f"Invalid value: '{data}'. Supported values are: {listed(self.choices)}.",
                code="invalid_value",
            )
        return data


class Array(StrictField, serializers.ListField):
    """A bounded array. The errors of an element carry its index."""

    expected = "an array"

    def __init__(self, *, minimum: int = 0, maximum: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.minimum, self.maximum = minimum, maximum
        self.limits = (
            {"minItems": minimum, "maxItems": maximum} if minimum else {"maxItems": maximum}
        )

    def to_internal_value(self, data: Any) -> list[Any]:
        if not isinstance(data, list):
            raise wrong_type(self.expected, data)
        if len(data) < self.minimum:
            raise self._wrong_length("below_min", "short", f"minimum length {self.minimum}", data)
        if len(data) > self.maximum:
            raise self._wrong_length("above_max", "long", f"maximum length {self.maximum}", data)
        values: list[Any] = super().to_internal_value(data)
        return values

    def _wrong_length(
        self, code: str, problem: str, expected: str, data: list[Any]
    ) -> serializers.ValidationError:
        return invalid(
            f"array_{code}_length", f"array too {problem}",
            expected=f"an array with {expected}", got=f"an array with length {len(data)}",
        )  # fmt: skip


SHORT = {"type": "string", "maxLength": MAX_VALUE}


def pairs_of(value: Schema) -> Schema:
    return {
        "type": "object",
        "maxProperties": MAX_PAIRS,
        "propertyNames": {"maxLength": MAX_KEY},
        "additionalProperties": value,
    }


class Pairs(StrictField):
    """Up to 16 pairs of a short key and a small value, as `metadata` and `attributes` are."""

    expected = "an object"

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, Mapping):
            raise wrong_type(self.expected, data)
        if len(data) > MAX_PAIRS:
            raise invalid(
                "object_above_max_properties", "too many properties",
                expected=f"an object with at most {MAX_PAIRS} properties",
                got=f"an object with {len(data)} properties",
            )  # fmt: skip
        for key, value in data.items():
            self._check_key(key)
            try:
                self.check_value(value)
            except serializers.ValidationError as error:
                raise serializers.ValidationError({key: error.detail}) from error
        return dict(data)

    def _check_key(self, key: str) -> None:
        check_storable(key)
        if len(key) > MAX_KEY:
            raise invalid(
                "property_name_above_max_length", "property name too long",
                expected=f"a property name with maximum length {MAX_KEY}",
                got=f"a property name with length {len(key)}",
            )  # fmt: skip

    def check_value(self, value: Any) -> None:
        raise NotImplementedError


class Metadata(Pairs):
    json_schema = pairs_of(SHORT)
    components = {"Metadata": json_schema}

    def check_value(self, value: Any) -> None:
        if not isinstance(value, str):
            raise wrong_type("a string", value)
        check_storable(value)
        check_length(value, MAX_VALUE)


class Attributes(Pairs):
    json_schema = pairs_of(any_of(SHORT, NUMBER, BOOLEAN))
    components = {"VectorStoreFileAttributes": json_schema}

    def check_value(self, value: Any) -> None:
        if isinstance(value, str):
            check_storable(value)
            check_length(value, MAX_VALUE)
        elif not isinstance(value, bool | int | float):
            raise wrong_type("a string, a number or a boolean", value)
