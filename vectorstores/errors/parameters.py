"""One parameter that is wrong, in OpenAI's words and with its codes."""

from collections.abc import Sequence
from typing import Any

from vectorstores.errors.base import InvalidParameter

UNSTORABLE = (
    "Invalid '{param}': the string has a NUL character or a lone surrogate, which cannot be stored."
)


class MissingParameter(InvalidParameter):
    code = "missing_required_parameter"

    def __init__(self, param: str) -> None:
        super().__init__(f"Missing required parameter: '{param}'.", param=param)


class UnknownParameter(InvalidParameter):
    code = "unknown_parameter"

    def __init__(self, param: str) -> None:
        super().__init__(f"Unknown parameter: '{param}'.", param=param)


class UnsupportedValue(InvalidParameter):
    def __init__(self, param: str, value: str, choices: Sequence[str]) -> None:
        super().__init__(
            f"Invalid value: '{value}'. Supported values are: {listed(choices)}.", param=param
        )


class UnstorableText(InvalidParameter):
    def __init__(self, param: str) -> None:
        super().__init__(UNSTORABLE.format(param=param), param=param)


class WrongType(InvalidParameter):
    code = "invalid_type"

    def __init__(self, param: str, expected: str, value: Any) -> None:
        super().__init__(
            f"Invalid type for '{param}': expected {expected}, but got {type_name(value)} instead.",
            param=param,
        )


def type_name(value: Any) -> str:
    """A JSON value's type in a sentence. Booleans first: Python calls them integers."""
    names = {bool: "a boolean", int: "an integer", float: "a decimal", str: "a string",
             list: "an array", dict: "an object", type(None): "null"}  # fmt: skip
    return names.get(type(value), "an unsupported value")


def listed(choices: Sequence[str]) -> str:
    *others, last = [f"'{choice}'" for choice in choices]
    return f"{', '.join(others)} and {last}" if others else last
