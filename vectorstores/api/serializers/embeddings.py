import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from rest_framework import serializers

from vectorstores import cl100k
from vectorstores.api import fields
from vectorstores.api.json_schema import NUMBER, STRING, any_of, array
from vectorstores.api.serializers.bodies import Constant, RequestSerializer, ResponseSerializer
from vectorstores.embeddings.inputs import TOKENS_PER_INPUT, Input

MAX_INPUTS = 2048  # also the limit of tokens, if a single input is sent as tokens
MAX_TEXT = 131_072  # characters: 16 for each of the 8,192 tokens that a text may have
MAX_NAME = 256

T = TypeVar("T")


@dataclass(frozen=True)
class Inputs:
    """The texts or tokens to embed, and the path at which the client sent each of them."""

    values: Sequence[Input]
    is_one: bool

    def place(self, *path: int) -> str:
        """Return the path that the client knows: `input`, `input[3]` or `input[3][5]`."""
        indexes = path[1:] if self.is_one else path
        return "input" + "".join(f"[{index}]" for index in indexes)


class EmbeddingInput(fields.StrictField):
    """A text or its tokens, or an array of either. An array never mixes the two."""

    expected = "a string or an array"
    text = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}
    token = {"type": "integer", "minimum": 0, "maximum": cl100k.SIZE - 1}
    tokens = array(token, minItems=1, maxItems=TOKENS_PER_INPUT)
    json_schema = any_of(
        text,
        array(text, minItems=1, maxItems=MAX_INPUTS),
        array(token, minItems=1, maxItems=MAX_INPUTS),
        array(tokens, minItems=1, maxItems=MAX_INPUTS),
    )

    def to_internal_value(self, data: Any) -> Inputs:
        if isinstance(data, str):
            return Inputs([_text(data)], is_one=True)
        if not isinstance(data, list):
            raise fields.wrong_type(self.expected, data)
        if not data:
            raise _empty("array")
        if len(data) > MAX_INPUTS:
            message = f"Invalid '{{param}}': array length must be {MAX_INPUTS} or less."
            raise serializers.ValidationError(message, code="array_above_max_length")
        if isinstance(data[0], str):
            return Inputs(_each(data, _text), is_one=False)
        if isinstance(data[0], list):
            return Inputs(_each(data, _tokens), is_one=False)
        if type(data[0]) is int:
            return Inputs([_tokens(data)], is_one=True)
        expected = "a string, an integer or an array of integers"
        raise _at(0, fields.wrong_type(expected, data[0]))


def _each(data: list[Any], read: Callable[[Any], T]) -> list[T]:
    """Read every element. Raises ValidationError with the index of the first invalid one."""
    values: list[T] = []
    for index, element in enumerate(data):
        try:
            values.append(read(element))
        except serializers.ValidationError as error:
            raise _at(index, error) from error
    return values


def _at(index: int, error: serializers.ValidationError) -> serializers.ValidationError:
    """Return the same error, located at this index."""
    return serializers.ValidationError({index: error.detail})  # type: ignore[dict-item] # as DRF does


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise fields.wrong_type("a string", value)
    if not value:
        raise _empty("string")
    fields.check_length(value, MAX_TEXT)
    # Replace lone surrogates, which clients leave when they cut text in the middle of a character.
    return value.encode(errors="replace").decode()


def _tokens(value: Any) -> list[int]:
    if not isinstance(value, list):
        raise fields.wrong_type("an array of integers", value)
    if not value:
        raise _empty("array")
    if all(type(token) is int and token >= 0 for token in value):
        return value
    return _each(value, fields.Integer(minimum=0).run_validation)


def _empty(kind: str) -> serializers.ValidationError:
    return serializers.ValidationError(
        f"Invalid '{{param}}': input cannot be an empty {kind}.", code=f"{kind}_below_min_length"
    )


class CreateEmbeddingRequest(RequestSerializer):
    input = EmbeddingInput(
        help_text="A text or its tokens (in cl100k_base), or an array of either; "
        "at most 300,000 tokens in total."
    )
    model = fields.String(
        max_length=MAX_NAME, help_text="A model of this server, or an alias of one."
    )
    encoding_format = fields.Choice(
        "float",
        "base64",
        default="float",
        help_text="The format of the vectors: numbers, or base64 of little-endian float32.",
    )
    dimensions = fields.Integer(
        minimum=1,
        required=False,
        help_text="The number of dimensions, if the model lets it be chosen.",
    )
    user = fields.String(required=False, help_text="Accepted, but has no effect.")


def encoded(vector: NDArray[np.float32], encoding_format: str) -> list[float] | str:
    """Return the vector as decimal numbers, or as base64 of little-endian float32."""
    if encoding_format == "base64":
        return base64.b64encode(vector.astype("<f4").tobytes()).decode()
    numbers: list[float] = vector.tolist()
    return numbers


class Vector(serializers.JSONField):
    json_schema = any_of(array(NUMBER), STRING)


class EmbeddingResponse(ResponseSerializer):
    component = "Embedding"

    object = Constant("embedding")
    index = serializers.IntegerField(help_text="The index of the input.")
    embedding = Vector(help_text="The vector: numbers, or base64 of little-endian float32.")


class UsageResponse(ResponseSerializer):
    component = "EmbeddingUsage"

    prompt_tokens = serializers.IntegerField(help_text="The number of tokens in the inputs.")
    total_tokens = serializers.IntegerField(
        source="prompt_tokens", help_text="The same number, because nothing is generated."
    )


class CreateEmbeddingResponse(ResponseSerializer):
    component = "CreateEmbeddingResponse"

    object = Constant("list")
    data = EmbeddingResponse(many=True, help_text="One vector per input, in order.")  # type: ignore[assignment]  # DRF has an attribute so named
    model = serializers.CharField(help_text="The model that made the vectors.")
    usage = UsageResponse(help_text="The tokens used.")
