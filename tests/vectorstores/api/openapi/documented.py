"""The document, and its schemas as judges."""

import json
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from vectorstores.api.openapi.generator import document

DOCUMENT: dict[str, Any] = json.loads(document())


def exact(schema: Any) -> Any:
    """Return the schema with no room for other keys, because an answer has no others."""
    if isinstance(schema, list):
        return [exact(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: exact(value) for key, value in schema.items()}
    is_open = schema.get("type") == "object" and "additionalProperties" not in schema
    return {**inner, "additionalProperties": False} if is_open else inner


REGISTRY = Registry().with_resource("urn:ours", DRAFT202012.create_resource(exact(DOCUMENT)))
OPERATIONS: dict[str, dict[str, Any]] = {
    operation["operationId"]: {**operation, "method": method.upper(), "path": path}
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
}


def validator(schema: dict[str, Any]) -> Validator:
    """Return a validator of a schema of the document, whose references lead into it."""
    resolved = json.loads(json.dumps(exact(schema)).replace('"#/', '"urn:ours#/'))
    return Draft202012Validator(resolved, registry=REGISTRY)


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    """Return the target of a reference, or the node itself if it is none."""
    if "$ref" not in part:
        return part
    found: Any = DOCUMENT
    for step in part["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return found


def body_of(operation: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the media type of an operation's body, and its schema with examples."""
    ((media_type, content),) = operation["requestBody"]["content"].items()
    return media_type, content


def responses() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield every operation's id, with a status and the response to it."""
    for name, operation in OPERATIONS.items():
        for status, response in operation["responses"].items():
            yield name, status, resolved(response)


def examples_of(content: dict[str, Any]) -> list[Any]:
    if "example" in content:
        return [content["example"]]
    return [example["value"] for example in content["examples"].values()]
