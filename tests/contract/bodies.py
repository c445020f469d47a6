"""Request bodies that OpenAI's schema allows, as many and as odd as Hypothesis can think of."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

Strategy = st.SearchStrategy[Any]

# Any text that has an encoding, without NUL, which Postgres cannot keep.
TEXT = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
LONGEST, MOST = 12, 4  # characters and elements, where the schema sets no bound
DEEPEST = 3  # times that a schema occurs inside itself


class Bodies:
    """Strategies for schemas of a document.

    `known` has strategies for properties whose values must exist: a `file_id`.
    """

    def __init__(self, schemas: Mapping[str, Any], known: Mapping[str, Strategy]) -> None:
        self.schemas, self.known = schemas, known

    def of(self, schema: Mapping[str, Any], inside: tuple[str, ...] = ()) -> Strategy:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            if inside.count(name) >= DEEPEST:
                return st.nothing()
            return self.of(self.schemas[name], (*inside, name))
        for choice in ("oneOf", "anyOf"):
            if choice in schema:
                return st.one_of([self.of(option, inside) for option in schema[choice]])
        if "enum" in schema:
            return st.sampled_from(schema["enum"])
        if isinstance(schema["type"], list):
            return st.one_of([self.of({**schema, "type": each}, inside) for each in schema["type"]])
        return self._of_type(schema, inside)

    def _of_type(self, schema: Mapping[str, Any], inside: tuple[str, ...]) -> Strategy:
        match schema["type"]:
            case "null":
                return st.none()
            case "boolean":
                return st.booleans()
            case "string":
                least, most = schema.get("minLength", 0), schema.get("maxLength", LONGEST)
                return st.text(TEXT, min_size=least, max_size=most)
            case "integer":
                return st.integers(schema.get("minimum"), schema.get("maximum"))
            case "number":
                bounds = schema.get("minimum"), schema.get("maximum")
                floats = st.floats(*bounds, allow_nan=False, allow_infinity=False)
                return floats | st.integers(*bounds)
            case "array":
                least, most = schema.get("minItems", 0), min(schema.get("maxItems", MOST), MOST)
                return st.lists(self.of(schema["items"], inside), min_size=least, max_size=most)
            case "object":
                return self._object(schema, inside)
        raise NotImplementedError(schema["type"])

    def _object(self, schema: Mapping[str, Any], inside: tuple[str, ...]) -> Strategy:
        if isinstance(schema.get("additionalProperties"), dict):
            names = self.of(schema.get("propertyNames", {"type": "string"}), inside)
            values = self.of(schema["additionalProperties"], inside)
            return st.dictionaries(names, values, max_size=schema.get("maxProperties", MOST))
        properties = {
            name: self.known[name] if name in self.known else self.of(each, inside)
            for name, each in schema["properties"].items()
        }
        required = {name: properties.pop(name) for name in schema.get("required", [])}
        return st.fixed_dictionaries(required, optional=properties)
