"""A sample of each operation for curl and one for Python, as its page shows them."""

import json
from collections.abc import Iterable

from vectorstores.api.json_schema import Schema
from vectorstores.api.openapi.operations import Operation

PREAMBLE = """\
from openai import OpenAI

client = OpenAI()  # reads OPENAI_BASE_URL and OPENAI_API_KEY

"""
ONE_LINE = 70


def described(line: Operation, curl: str) -> str:
    """Return the operation's description, with its samples for pages that show no others."""
    python = PREAMBLE + line.page["python"]
    return f"{line.page['about']}\n```sh\n{curl}\n```\n\n```python\n{python}```\n"


def code_samples(line: Operation, curl: str) -> list[Schema]:
    """Return the value of `x-codeSamples`, by which Redoc and other tools know samples."""
    return [
        {"lang": "Shell", "label": "curl", "source": curl},
        {"lang": "Python", "label": "Python", "source": PREAMBLE + line.page["python"]},
    ]


def curl(line: Operation, method: str, path: str) -> str:
    """Return the command. `path` has its ids filled in."""
    address = path.removeprefix("/v1")
    arguments = [
        f'curl "$OPENAI_BASE_URL{address}"',
        '-H "Authorization: Bearer $OPENAI_API_KEY"',
        *_rest(line, method),
    ]
    return " \\\n  ".join(arguments)


def _rest(line: Operation, method: str) -> Iterable[str]:
    if "curl" in line.page:
        yield from line.page["curl"]
    elif body := next(iter(line.asks.values()), None):
        text = json.dumps(body, ensure_ascii=False)
        if len(text) > ONE_LINE:
            text = json.dumps(body, ensure_ascii=False, indent=2)
        yield '-H "Content-Type: application/json"'
        yield f"-d '{text}'"
    elif method != "GET":
        yield f"-X {method}"
