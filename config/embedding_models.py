"""EMBEDDING_MODELS: other models that stores may be embedded with, beside the default one."""

import json
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

TEXT, WHOLE, NUMBER = (str,), (int,), (int, float)
KEYS = {
    "dimensions": WHOLE,
    "backend": TEXT,
    "base_url": TEXT,
    "api_key_variable": TEXT,
    "timeout": NUMBER,
    "batch_size": WHOLE,
    "concurrency": WHOLE,
    "model_dir": TEXT,
}
KINDS = {TEXT: "a string", WHOLE: "an integer", NUMBER: "a number"}


def read_models(
    text: str, *, taken: Collection[str], secret: Callable[[str], str]
) -> dict[str, dict[str, Any]]:
    """Parse `{"a-model": {"dimensions": 1024, …}, …}`. Raises ImproperlyConfigured.

    `secret` reads the environment variable that `api_key_variable` names, to become `api_key`. The
    key itself has no place here, because everybody who reads the configuration reads this text.
    `taken` are names of the default model.
    """
    try:
        models = json.loads(text, object_pairs_hook=_each_once, parse_constant=_no_number)
    except ValueError as error:
        raise _wrong(f"is no JSON: {error}.") from error
    if not isinstance(models, dict):
        raise _wrong('must be an object, like {"a-model": {"dimensions": 1024}}.')
    for name, given in models.items():
        if not name.strip():
            raise _wrong("has a model without a name.")
        if name in taken:
            raise _wrong(
                f"describes {name}, which EMBEDDING_MODEL or EMBEDDING_MODEL_ALIASES name: those "
                "are the default model, which the other settings describe."
            )
        _check(name, given)
    return {name: _model(name, given, secret) for name, given in models.items()}


def _check(name: str, given: object) -> None:
    if not isinstance(given, dict):
        raise _wrong(f'must say of {name} an object, like {{"dimensions": 1024}}.')
    for key, value in given.items():
        kind = KEYS.get(key)
        if kind is None:
            raise _wrong(f"says {key!r} of {name}; it may say {', '.join(KEYS)}.")
        if not isinstance(value, kind) or isinstance(value, bool):
            shown = json.dumps(value)
            raise _wrong(f"says {key!r} of {name} as {shown}; it must be {KINDS[kind]}.")
    if "dimensions" not in given:
        raise _wrong(f'does not say how many "dimensions" {name} has.')


def _model(name: str, given: dict[str, Any], secret: Callable[[str], str]) -> dict[str, Any]:
    model = {key: value for key, value in given.items() if key != "api_key_variable"}
    if "model_dir" in given:
        model["model_dir"] = Path(given["model_dir"])
    if variable := given.get("api_key_variable"):
        model["api_key"] = secret(variable)
        if not model["api_key"]:
            raise _wrong(f"has the key of {name} in {variable}, which is not set.")
    return model


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    if again := [key for key in keys if keys.count(key) > 1]:
        raise ValueError(f"{again[0]!r} is there twice")
    return dict(pairs)


def _no_number(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _wrong(what: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"EMBEDDING_MODELS {what}")
