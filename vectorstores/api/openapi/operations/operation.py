from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vectorstores.api.openapi.shapes import Schema
from vectorstores.api.serializers.bodies import RequestSerializer
from vectorstores.errors import ApiError

JSON = "application/json"
FORM = "multipart/form-data"
BYTES = "application/octet-stream"


@dataclass(frozen=True)
class Operation:
    """What only a person can say of an operation. The rest is asked of its view and serializers."""

    id: str
    """OpenAI's operationId."""
    summary: str
    shows: Any
    """An answer, as an example. Where no serializer makes it, `answer` has its schema."""
    answer: Schema | None = None
    takes: type[RequestSerializer] | None = None
    asks: Mapping[str, Any] = field(default_factory=dict)
    """Bodies, as examples, by what they show."""
    errors: Sequence[ApiError] = ()
    """Beside those every operation has, and those of the ids in its address."""
    headers: Sequence[str] = ()
    """Of its answer, beside those every answer has."""
    is_limited: bool = False
    description: str = ""
