"""The headers of answers, as components that responses name."""

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent

from vectorstores.api.openapi.shapes import INTEGER, STRING, Schema, named

RATE_LIMITS = (
    "x-ratelimit-limit-requests",
    "x-ratelimit-remaining-requests",
    "x-ratelimit-reset-requests",
)
ALWAYS = ("x-request-id", "openai-processing-ms", "openai-version")
HEADERS: dict[str, Schema] = {
    "x-request-id": {
        "description": "Names this request, in the server's log too.",
        "required": True,
        "schema": {**STRING, "pattern": "^req_[0-9a-f]{32}$"},
    },
    "openai-processing-ms": {
        "description": "How long the answer took, in milliseconds.",
        "required": True,
        "schema": {**INTEGER, "minimum": 0},
    },
    "openai-version": {
        "description": "Of the API.",
        "required": True,
        "schema": {**STRING, "enum": ["2020-10-01"]},
    },
    "openai-poll-after-ms": {
        "description": "When to ask again for what is `in_progress`, in milliseconds: sooner, "
        "the less is left to do.",
        "required": True,
        "schema": {**INTEGER, "minimum": 50, "maximum": 5000},
    },
    "x-search-plan": {
        "description": "How the search was done, for people to read.",
        "required": True,
        "schema": STRING,
    },
    "Retry-After": {
        "description": "When to try again, in seconds.",
        "schema": {**INTEGER, "minimum": 1},
    },
    "x-ratelimit-limit-requests": {
        "description": "How much a full budget holds. Not there where limits are off.",
        "schema": {**INTEGER, "minimum": 1},
    },
    "x-ratelimit-remaining-requests": {
        "description": "How much of it is left.",
        "schema": {**INTEGER, "minimum": 0},
    },
    "x-ratelimit-reset-requests": {
        "description": "In how long it is full again, as Go writes durations.",
        "schema": {**STRING, "pattern": r"^([0-9]+m)?[0-9]+(\.[0-9]+)?(ms|s)$"},
    },
    "WWW-Authenticate": {
        "description": "How to show a key.",
        "required": True,
        "schema": {**STRING, "enum": ["Bearer"]},
    },
    "Content-Disposition": {
        "description": "The file's name.",
        "required": True,
        "schema": STRING,
    },
}


def headers(auto_schema: AutoSchema, *names: str) -> Schema:
    """The `headers` of a response: those of every answer, and the ones named."""
    return {
        name: named(auto_schema, name, HEADERS[name], ResolvedComponent.HEADER)
        for name in (*ALWAYS, *names)
    }
