"""The code that scripts in a client's own virtualenv share, with the standard library alone.

A row is named after the helper it tries, as openai-python spells it: `files.create`, or
`files.create(expires_after)` if it tries that parameter.
"""

import inspect
import json
import sys
from collections.abc import Callable
from functools import partial
from unittest import FunctionTestCase, TestCase, TestResult

PASS, FAIL = "pass", "fail"
Checks = dict[str, Callable[..., None]]

raises = TestCase().assertRaises


def row(checks: Checks, name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator of the function that tries the helper of this name."""

    def add(check: Callable[..., None]) -> Callable[..., None]:
        assert name not in checks, f"two checks of {name}"
        checks[name] = check
        return check

    return add


def has(client: object, name: str) -> bool:
    """Return True if the client has the helper that a row is named after, and the parameter."""
    path, _, parameter = name.rstrip(")").partition("(")
    for part in path.split("."):
        client = getattr(client, part, None)
    return callable(client) and (not parameter or parameter in inspect.signature(client).parameters)


def tried(check: Callable[..., None], given: object) -> dict[str, str]:
    """Run a row in unittest, which shows the values of the variables where it failed."""
    result = TestResult()
    result.tb_locals = True
    FunctionTestCase(partial(check, given)).run(result)
    wrong = "".join(text for _, text in result.errors + result.failures)
    return {"outcome": FAIL if wrong else PASS, "detail": wrong}


def report(checks: Checks, given: object) -> None:
    """Print what became of each check: the last line of the output, which is JSON."""
    outcomes = {name: tried(check, given) for name, check in checks.items()}
    sys.stdout.write("\n" + json.dumps(outcomes) + "\n")
