import re
import sys
from typing import Any, NoReturn

from rest_framework import serializers

from vectorstores import ids
from vectorstores.api.fields.refusals import (
    check_bounds,
    check_length,
    check_storable,
    invalid,
    missing,
    wrong_type,
)
from vectorstores.errors import listed

LARGEST = sys.float_info.max  # JSON knows larger integers
DIGITS = re.compile(r"-?[0-9]{1,18}")


class StrictField(serializers.Field):
    """A field whose absence and null are told in OpenAI's words."""

    expected = "a value"

    def fail(self, key: str, **_: Any) -> NoReturn:
        """DRF's two reasons to fail before a field is asked."""
        raise missing() if key == "required" else wrong_type(self.expected, None)

    def to_representation(self, value: Any) -> Any:
        return value


class String(StrictField):
    expected = "a string"

    def __init__(
        self, *, min_length: int = 0, max_length: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.min_length, self.max_length = min_length, max_length

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
    expected = "an integer"

    def __init__(self, *, minimum: int, maximum: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.minimum, self.maximum = minimum, maximum

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            raise wrong_type(self.expected, data)
        check_bounds(data, self.minimum, self.maximum, kind="integer")
        return data


class QueryInteger(Integer):
    """The digits of an integer, as query strings and forms have it."""

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, str) or not DIGITS.fullmatch(data):
            raise wrong_type(self.expected, data)
        return super().to_internal_value(int(data))


class Decimal(StrictField):
    expected = "a decimal"

    def __init__(self, *, minimum: float, maximum: float = LARGEST, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.minimum, self.maximum = minimum, maximum

    def to_internal_value(self, data: Any) -> float:
        if not isinstance(data, int | float) or isinstance(data, bool):
            raise wrong_type(self.expected, data)
        check_bounds(data, self.minimum, self.maximum, kind="decimal")
        return float(data)


class Boolean(StrictField):
    expected = "a boolean"

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            raise wrong_type(self.expected, data)
        return data


class Choice(StrictField):
    expected = "a string"

    def __init__(self, *choices: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.choices = choices

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise wrong_type(self.expected, data)
        if data not in self.choices:
            raise serializers.ValidationError(
                f"Invalid value: '{data}'. Supported values are: {listed(self.choices)}.",
                code="invalid_value",
            )
        return data


class PublicId(String):
    """An object's public id. Its prefix is checked here; whether it exists, by who asks for it."""

    format: ids.IdFormat

    def to_internal_value(self, data: Any) -> str:
        public_id = super().to_internal_value(data)
        prefix = self.format.prefix
        if not public_id.startswith(prefix):
            raise serializers.ValidationError(
                f"Invalid '{{param}}': '{public_id}'. Expected an ID that begins with '{prefix}'.",
                code="invalid_value",
            )
        return public_id


class FileId(PublicId):
    format = ids.FILE


class PartId(PublicId):
    format = ids.UPLOAD_PART
