"""OpenAI's words, and its codes, for what a parameter must not be.

`{param}` in a message is replaced by the parameter's path when the error is answered.
"""

from typing import Any

from rest_framework import serializers

from vectorstores.errors import UNSTORABLE, type_name
from vectorstores.postgres.text import is_storable


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
    if not is_storable(text):
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
