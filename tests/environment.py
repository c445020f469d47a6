"""The environment variables that the project reads, found in its source."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READERS = {"env", "environ", "environment"}  # as in env.int(…), os.environ.get(…)
WRITERS = {"setdefault", "update"}
PLAIN = (ast.Constant, ast.BinOp, ast.Mult, ast.List, ast.Load)

Variables = dict[str, str | None]
"""By name, the default as it would be set. None: it must be set, or depends on others."""


def of_the_code() -> Variables:
    found: Variables = {}
    for path in sorted((ROOT / "config").rglob("*.py")):
        for name, default in _read_in(ast.parse(path.read_text())):
            found[name] = found.get(name) or default
    return found


def of_compose() -> Variables:
    text = (ROOT / "docker-compose.yml").read_text()
    return {
        name: default or None for name, default in re.findall(r"\$\{(\w+)(?::-([^${}]+)})?", text)
    }


def _read_in(tree: ast.AST) -> Iterator[tuple[str, str | None]]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr=method), args=[name, *others]):
                is_read = _last_name(owner) in READERS and method not in WRITERS
                if is_read and isinstance(name, ast.Constant):
                    yield str(name.value), _default(others)


def _last_name(node: ast.expr) -> str | None:
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return None


def _default(arguments: list[ast.expr]) -> str | None:
    if not arguments or not all(isinstance(node, PLAIN) for node in ast.walk(arguments[0])):
        return None
    value = eval(compile(ast.Expression(arguments[0]), "default", "eval"))
    if isinstance(value, bool):
        return str(value).lower()
    text = ",".join(value) if isinstance(value, list) else str(value)
    return text.removesuffix(".0") or None
