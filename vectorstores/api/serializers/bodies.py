"""The two kinds of body: strict requests, and responses."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rest_framework import serializers

from vectorstores.api.fields import FixedField, StrictField, wrong_type
from vectorstores.api.json_schema import INTEGER, Schema, constant, or_null


class RequestSerializer(StrictField, serializers.Serializer):
    """Parameters of a request, named as in OpenAI's document.

    Unknown keys are errors. Null counts as absent, because some clients send every optional key
    as null; a field declared with `allow_null=True` gives null a meaning: to clear.
    """

    expected = "an object"
    together: Schema = {}  # what parameters ask of each other, as far as JSON Schema can say it

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
    """No parameters at all."""


def validated(request: type[RequestSerializer], data: Any) -> dict[str, Any]:
    """Return the validated parameters. Raises ValidationError for the first that is wrong."""
    if not isinstance(data, Mapping):
        raise serializers.ValidationError({"body": wrong_type("an object", data).detail})
    values: dict[str, Any] = request().run_validation(data)
    return values


class ResponseSerializer(serializers.Serializer):
    """An object that we answer with.

    Keys in `optional` are left out when they would be null, because OpenAI's schema has them
    absent and never null.
    """

    component: str  # its name in OpenAI's document
    optional: tuple[str, ...] = ()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        response: dict[str, Any] = super().to_representation(instance)
        for key in self.optional:
            if response[key] is None:
                del response[key]
        return response


class Constant(FixedField):
    """A key whose value never differs: `object`."""

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
    """A moment as seconds since 1970."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    @property
    def json_schema(self) -> Schema:
        return or_null(INTEGER) if self.allow_null else INTEGER

    def to_representation(self, value: datetime) -> int:
        return int(value.timestamp())


class Described(FixedField, serializers.SerializerMethodField):
    """A key that a method makes, with the schema of what it returns."""

    def __init__(self, json_schema: Schema, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.json_schema = json_schema
