"""OpenAI's published schema as the judge of our answers.

`check` looks at one answer: a success of a published operation must be a 200 of the published
shape, and everything from 400 up an error with all four keys.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from jsonschema.protocols import Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.contract.differences import of_answers

SLICE = Path(__file__).resolve().parent.parent / "data" / "openai" / "slice.json"
# Wherever the API is mounted, and what beside it is not the API's.
PREFIX = "(?:/v1/openai/v1|/openai/v1|/openai|/v1)?"
OTHERS = re.compile(r"/(admin|healthz|readyz|static)(/|$)")

Schema = dict[str, Any]


@dataclass(frozen=True)
class Operation:
    """A published operation: how it is asked, and what it answers."""

    id: str
    method: str
    path: str
    definition: Schema

    @cached_property
    def address(self) -> re.Pattern[str]:
        return re.compile(PREFIX + re.sub(r"\{\w+\}", "[^/]+", self.path))

    @property
    def answers_bytes(self) -> bool:
        """A file's content. The schema calls it a JSON string, but SDKs read it as it is."""
        return self.id == "downloadFile"

    @cached_property
    def answer(self) -> Validator:
        """Return the schema of a success, with our differences."""
        return _validator(
            f"urn:ours#{self._pointer}/responses/200/content/application~1json/schema"
        )

    @property
    def has_body(self) -> bool:
        return "requestBody" in self.definition

    @property
    def is_form(self) -> bool:
        return "multipart/form-data" in self.definition["requestBody"]["content"]

    @property
    def body(self) -> Schema:
        """`schema` of the request's body, and `examples`."""
        (content,) = self.definition["requestBody"]["content"].values()
        return dict(content)

    @cached_property
    def request(self) -> Validator:
        """Return the schema of a request's body, as published."""
        kind = "multipart~1form-data" if self.is_form else "application~1json"
        return _validator(f"urn:openai#{self._pointer}/requestBody/content/{kind}/schema")

    @property
    def _pointer(self) -> str:
        return f"/paths/{self.path.replace('/', '~1')}/{self.method.lower()}"


def _validator(reference: str) -> Validator:
    return Draft202012Validator({"$ref": reference}, registry=REGISTRY)


DOCUMENT: Schema = json.loads(SLICE.read_text())
REGISTRY = Registry().with_resources(
    [
        ("urn:openai", DRAFT202012.create_resource(DOCUMENT)),
        ("urn:ours", DRAFT202012.create_resource(of_answers(DOCUMENT))),
    ]
)
ERROR = _validator("urn:openai#/components/schemas/ErrorResponse")
OPERATIONS = {
    operation["operationId"]: Operation(operation["operationId"], method.upper(), path, operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
}
CHECKED: Counter[tuple[str, int]] = Counter()
"""How often an operation's answers of a status were checked in this process."""


def operation_of(method: str, path: str) -> Operation | None:
    for operation in OPERATIONS.values():
        if operation.method == method and operation.address.fullmatch(path):
            return operation
    return None


def check(method: str, path: str, status: int, content: bytes) -> None:
    """Raise AssertionError where an answer is not what OpenAI's schema says.

    Answers to HEAD have no body, and what is not the API's is left alone.
    """
    if method == "HEAD" or OTHERS.match(path):
        return
    operation = operation_of(method, path)
    name = operation.id if operation else f"{method} {path}"
    if status >= 400:
        _conform(ERROR, content, f"the {status} of {name}")
    elif operation and status != 200:
        raise AssertionError(f"{name} answered {status}; OpenAI's only success is 200")
    elif operation and not operation.answers_bytes:
        _conform(operation.answer, content, f"the answer of {name}")
    if operation:
        CHECKED[operation.id, status] += 1


def _conform(validator: Validator, content: bytes, what: str) -> None:
    body = json.loads(content, parse_constant=_refuse)
    if error := best_match(validator.iter_errors(body)):
        raise AssertionError(f"{what} is not OpenAI's: {error.json_path}: {error.message}")


def _refuse(constant: str) -> NoReturn:
    raise AssertionError(f"{constant} is not JSON")
