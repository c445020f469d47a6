"""The errors an operation can answer with. Examples are made by the code that makes the errors."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.conf import settings
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from rest_framework import exceptions as drf
from rest_framework import serializers

from vectorstores import errors
from vectorstores.api.exceptions import SERVER_ERROR, envelope, first_error
from vectorstores.api.openapi import shapes
from vectorstores.api.openapi.headers import RATE_LIMITS, headers
from vectorstores.api.openapi.operations import FORM, JSON
from vectorstores.api.openapi.shapes import STRING, Schema, or_null
from vectorstores.api.serializers.bodies import RequestSerializer, validated

ERROR = shapes.shown(
    {
        "message": STRING,
        "type": shapes.enum(("invalid_request_error", "requests", "server_error")),
        "param": or_null(STRING),
        "code": or_null(STRING),
    },
    ("message", "type", "param", "code"),
)
EVERYWHERE = (
    errors.MissingKey(),
    errors.WrongKey("sk-0000000000000000000000000000"),
    errors.ServerError(SERVER_ERROR),
    errors.Overloaded(),
)
OF_LIMITS = (
    errors.RateLimited("uploads in project default", unit="requests", limit=1000, retry_after=1),
    errors.RateLimited("project default", unit="attached files", limit=2000, retry_after=12),
)
OF_JSON = (
    errors.MalformedJson(),
    errors.TooLarge(
        f"The request body is larger than {settings.DATA_UPLOAD_MAX_MEMORY_SIZE} bytes."
    ),
    errors.UnsupportedMediaType(str(drf.UnsupportedMediaType(FORM).detail)),
)
OF_FORMS = (errors.UnsupportedMediaType(str(drf.UnsupportedMediaType(JSON).detail)),)
# By status: the name of a response that is alike everywhere, what it means, its headers.
ALIKE = {
    401: ("Unauthorized", "No key, or one that is unknown or revoked.", ("WWW-Authenticate",)),
    429: ("RateLimited", "More in a minute than is allowed.", ("Retry-After", *RATE_LIMITS)),
    500: ("ServerError", "Our fault. The server's log says more.", ()),
    503: ("Overloaded", "The database or the embedding service is away.", ("Retry-After",)),
}
MEANINGS = {
    400: "A parameter is wrong, or what is asked for cannot be done.",
    404: "No such object in this project.",
    413: "Larger than this server takes.",
    415: "Another kind of body.",
}


def refused(params: type[RequestSerializer], data: dict[str, Any]) -> errors.ApiError:
    """What is answered to `data`, which `params` do not take."""
    try:
        validated(params, data)
    except serializers.ValidationError as error:
        return first_error(error.detail)
    raise AssertionError(f"{params.__name__} takes {data}")


def responses(auto_schema: AutoSchema, found: Iterable[errors.ApiError]) -> dict[str, Schema]:
    """The answers to errors, by status."""
    ordered = sorted((*EVERYWHERE, *found), key=lambda error: error.status)
    by_status = {status: list(each) for status, each in groupby(ordered, lambda e: e.status)}
    return {
        str(status): _response(auto_schema, status, examples)
        for status, examples in by_status.items()
    }


def _response(auto_schema: AutoSchema, status: int, examples: list[errors.ApiError]) -> Schema:
    if status not in ALIKE:
        return _described(auto_schema, MEANINGS[status], examples)
    name, meaning, extra = ALIKE[status]
    response = _described(auto_schema, meaning, examples, *extra)
    return shapes.named(auto_schema, name, response, ResolvedComponent.RESPONSE)


def _described(
    auto_schema: AutoSchema, meaning: str, examples: list[errors.ApiError], *extra: str
) -> Schema:
    shapes.named(auto_schema, "Error", ERROR)
    body = shapes.shown({"error": shapes.ref("Error")}, ["error"])
    return {
        "description": meaning,
        "headers": headers(auto_schema, *extra),
        "content": {
            JSON: {
                "schema": shapes.named(auto_schema, "ErrorResponse", body),
                "examples": _examples(examples),
            }
        },
    }


def _examples(found: list[errors.ApiError]) -> dict[str, Schema]:
    """By what went wrong; of wrong parameters, by the code."""
    named: dict[str, Schema] = {}
    for error in found:
        is_named = type(error) is not errors.InvalidParameter
        name = type(error).__name__ if is_named else str(error.code)
        count = sum(each.partition("-")[0] == name for each in named)
        named[f"{name}-{count + 1}" if count else name] = {"value": envelope(error)}
    return named
