"""The operations, and the words that only a person can write: three YAML files, read once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import yaml

from vectorstores import errors
from vectorstores.api.serializers.bodies import RequestSerializer

HERE = Path(__file__).parent
LINES = yaml.safe_load((HERE / "operations.yaml").read_text())
PAGES = yaml.safe_load((HERE / "pages.yaml").read_text())
TEXTS = yaml.safe_load((HERE / "texts.yaml").read_text())
sample = SimpleNamespace(**LINES.pop("samples"))


@dataclass(frozen=True)
class Operation:
    """A line of operations.yaml, whose head says what each key means."""

    tag: str
    id: str
    summary: str
    shows: Any
    takes: str = ""
    asks: Mapping[str, Any] = field(default_factory=dict)
    headers: Sequence[str] = ()
    raises: Mapping[str, Any] = field(default_factory=dict)

    @property
    def page(self) -> Mapping[str, Any]:
        """Return what pages.yaml has of the operation."""
        return cast(Mapping[str, Any], PAGES[self.id])

    @property
    def request(self) -> type[RequestSerializer] | None:
        known = {each.__name__: each for each in RequestSerializer.__subclasses__()}
        return known[self.takes] if self.takes else None

    def own_errors(self) -> Iterator[errors.ApiError]:
        for name, values in self.raises.items():
            error = getattr(errors, name)
            yield error(**values) if isinstance(values, dict) else error(*values)


OPERATIONS = {
    address: Operation(tag, **line)
    for tag, lines in LINES.items()
    for address, line in lines.items()
}


def text(owner: str, name: str) -> str:
    """Return the words for a key of a component. KeyError: there are none."""
    return str(TEXTS["elsewhere"].get(f"{owner}.{name}") or TEXTS["keys"][name])


def explained(owner: str, schema: Any) -> Any:
    """Return the schema with words at every key of its objects that has none yet."""
    if isinstance(schema, list):
        return [explained(owner, each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: explained(owner, value) for key, value in schema.items()}
    if schema.get("type") == "object" and "properties" in schema:
        for name, each in inner["properties"].items():
            if "description" not in each:
                each["description"] = text(owner, name)
    return inner
