"""The bases of serializers: strict requests, and responses."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rest_framework import serializers

from vectorstores.api.fields import FixedField, StrictField, wrong_type
from vectorstores.api.json_schema import INTEGER, Schema, constant, or_null


class RequestSerializer(StrictField, serializers.Serializer):
    """Parameters of a request, named as in OpenAI's document.

    Unknown keys are errors. Null counts as absent, because some clients send every optional key
    as null; only in a field declared with `allow_null=True` does null mean "clear this".
    """

    expected = "an object"
    together: Schema = {}  # constraints between parameters, as far as JSON Schema can express them

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, Mapping):
            raise wrong_type(self.expected, data)
        present = {}
        for key, value in data.items():
            if key not in self.fields:
                message = "Unknown parameter: '{param}'."
                error = serializers.ErrorDetail(message, code="unknown_parameter")
                raise serializers.ValidationError({key: [error]})
            field = self.fields[key]
            if value is not None or field.required or field.allow_null:
                present[key] = value
        values: dict[str, Any] = super().to_internal_value(present)
        return values


class EmptyRequest(RequestSerializer):
    """A body without parameters."""


def validated(request: type[RequestSerializer], data: Any) -> dict[str, Any]:
    """Return the validated parameters. Raises ValidationError for the first invalid one."""
    if not isinstance(data, Mapping):
        raise serializers.ValidationError({"body": wrong_type("an object", data).detail})
    values: dict[str, Any] = request().run_validation(data)
    return values


class ResponseSerializer(serializers.Serializer):
    """An object in a response.

    Keys in `optional` are left out instead of being null, because OpenAI's schema does not allow
    null for them.
    """

    component: str  # the schema's name in OpenAI's document
    optional: tuple[str, ...] = ()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        response: dict[str, Any] = super().to_representation(instance)
        for key in self.optional:
            if response[key] is None:
                del response[key]
        return response


class Constant(FixedField):
    """A key that always has the same value, as `object` does."""

    def __init__(self, value: Any, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)
        self.value = value

    @property
    def json_schema(self) -> Schema:
        return constant(self.value)

    def get_attribute(self, instance: Any) -> Any:
        return self.value

    def to_representation(self, value: Any) -> Any:
        return value


class Timestamp(FixedField):
    """A time, in seconds since 1970."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    @property
    def json_schema(self) -> Schema:
        return or_null(INTEGER) if self.allow_null else INTEGER

    def to_representation(self, value: datetime) -> int:
        return int(value.timestamp())


class Described(FixedField, serializers.SerializerMethodField):
    """A key whose value a method computes, with the schema of that value."""

    def __init__(self, json_schema: Schema, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.json_schema = json_schema
