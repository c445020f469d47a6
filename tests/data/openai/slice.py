"""Cut OpenAI's OpenAPI document down to the operations this server has.

    python tests/data/openai/slice.py path/to/openapi.json

writes slice.json beside this file. What it leaves out and what it translates is told here; nothing
else differs from the original.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FAMILIES = ("files", "uploads", "vector_stores", "embeddings")
METHODS = ("get", "post", "delete")
KEPT = ("operationId", "parameters", "requestBody", "responses")

# For readers, or for generators of code: they say nothing about what a value may be. The
# discriminators repeat what each branch of their `oneOf` says by itself.
PROSE = {"description", "title", "summary", "example", "examples", "deprecated", "discriminator",
         "x-oaiMeta", "x-oaiTypeLabel", "x-stainless-const"}  # fmt: skip

NULLABLE = {"nullable": True}


def slice_of(document: dict[str, Any]) -> dict[str, Any]:
    paths = {
        path: {method: _operation(item[method]) for method in METHODS if method in item}
        for path, item in document["paths"].items()
        if path.split("/")[1] in FAMILIES
    }
    return {"openapi": document["openapi"], "paths": paths, **_reachable(document, paths)}


def _operation(operation: dict[str, Any]) -> dict[str, Any]:
    kept = {key: tidy(operation[key]) for key in KEPT if key in operation}
    if "requestBody" in kept:
        (content,) = kept["requestBody"]["content"].values()
        content["examples"] = list(_examples(operation["x-oaiMeta"]["examples"]))
    return kept


def _reachable(document: dict[str, Any], start: Any) -> dict[str, Any]:
    """Return the components that `start` refers to, those they refer to, and so on."""
    components: dict[str, dict[str, Any]] = {}
    waiting = list(_references(start))
    while waiting:
        reference = waiting.pop()
        _, _, kind, name = reference.split("/")
        known = components.setdefault(kind, {})
        if name not in known:
            known[name] = tidy(document["components"][kind][name], reference)
            waiting += _references(known[name])
    ordered = {kind: dict(sorted(known.items())) for kind, known in sorted(components.items())}
    return {"components": ordered}


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        node = list(node.values())
    if isinstance(node, list):
        for inner in node:
            yield from _references(inner)


def tidy(node: Any, component: str = "", *, names: bool = False) -> Any:
    """Return the node without prose. `names`: its keys name properties, and are no words of a
    schema.
    """
    if isinstance(node, list):
        return [tidy(inner, component) for inner in node]
    if not isinstance(node, dict):
        return node
    kept = {
        key: tidy(inner, component, names=key == "properties" and not names)
        for key, inner in node.items()
        if names or key not in PROSE
    }
    return kept if names else _as_json_schema(kept, component)


def _as_json_schema(schema: dict[str, Any], component: str) -> dict[str, Any]:
    """Say in JSON Schema 2020-12, which OpenAPI 3.1 uses, what older dialects wrote.

    `nullable` is OpenAPI 3.0's: a validator of today ignores it, and null would be refused. The
    recursive reference of draft 2019-09 became a dynamic one; here a plain one says the same.
    """
    if schema == NULLABLE:
        return schema
    if "$recursiveRef" in schema:
        return {"$ref": component}
    if NULLABLE in schema.get("allOf", []):
        others = [part for part in schema.pop("allOf") if part != NULLABLE]
        return {**schema, "anyOf": [*others, {"type": "null"}]}
    if schema.pop("nullable", False):
        schema["type"] = [schema["type"], "null"]
    schema.pop("$recursiveAnchor", None)
    return schema


def _examples(examples: Any) -> Iterator[dict[str, Any]]:
    """Yield the bodies that the document's curl commands send: JSON, or the fields of a form."""
    for example in examples if isinstance(examples, list) else [examples]:
        curl = example["request"]["curl"]
        if body := re.search(r"-d '(.*)'", curl, re.DOTALL):
            yield json.loads(body[1].replace(', "filters": {...}', ""))  # left to the reader
        elif form := re.findall(r'-F (\S+?)="?([^"\n]*)"?', curl):
            yield dict(form)


def readable(node: Any, indent: str = "") -> str:
    """Format JSON so that what fits on a line is on one line."""
    line = json.dumps(node, ensure_ascii=False)
    if len(indent + line) <= 100 or not isinstance(node, dict | list):
        return line
    deeper = indent + "  "
    if isinstance(node, dict):
        inner = [f"{json.dumps(key)}: {readable(value, deeper)}" for key, value in node.items()]
        opening, closing = "{", "}"
    else:
        inner = [readable(value, deeper) for value in node]
        opening, closing = "[", "]"
    lines = ",\n".join(deeper + each for each in inner)
    return f"{opening}\n{lines}\n{indent}{closing}"


if __name__ == "__main__":
    source = json.loads(Path(sys.argv[1]).read_text())
    Path(__file__).with_name("slice.json").write_text(readable(slice_of(source)) + "\n")
