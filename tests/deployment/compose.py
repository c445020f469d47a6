"""docker-compose.yml, read as Docker Compose reads it."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]


class Unset(Exception):
    """A variable that must be set is not."""


def compose(variables: Mapping[str, str]) -> dict[str, Any]:
    """Return docker-compose.yml with its variables filled in, as `docker compose config` does."""
    return _filled(yaml.safe_load((ROOT / "docker-compose.yml").read_text()), variables)


def _filled(node: Any, variables: Mapping[str, str]) -> Any:
    if isinstance(node, dict):
        return {key: _filled(value, variables) for key, value in node.items()}
    if isinstance(node, list):
        return [_filled(value, variables) for value in node]
    return interpolate(node, variables) if isinstance(node, str) else node


def interpolate(text: str, variables: Mapping[str, str]) -> str:
    """Replace `$$`, `${NAME:-default}` and `${NAME:?message}`, nested, by the rules of Compose."""
    result = ""
    while "$" in text:
        before, _, text = text.partition("$")
        result += before
        if text.startswith("$"):
            result, text = result + "$", text[1:]
            continue
        inner, text = _braces(text)
        name, operator, word = re.fullmatch(r"(\w+)(:[-?])(.*)", inner).groups()
        if not variables.get(name) and operator == ":?":
            raise Unset(f"{name}: {word}")
        result += variables.get(name) or interpolate(word, variables)
    return result + text


def _braces(text: str) -> tuple[str, str]:
    """Return the text inside the braces that `text` begins with, and the text after them."""
    depth = 0
    for place, character in enumerate(text):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth == 0:
            return text[1:place], text[place + 1 :]
    raise ValueError(f"unbalanced: {text}")


def seconds(duration: str) -> float:
    """Return the seconds of `90s` or `1m30s`."""
    units = {"h": 3600, "m": 60, "s": 1}
    return sum(float(n) * units[unit] for n, unit in re.findall(r"([\d.]+)([hms])", duration))
