"""The errors an operation can answer with. Examples are made by the code that makes the errors."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from rest_framework import serializers

from vectorstores import errors
from vectorstores.api.exceptions import SERVER_ERROR, envelope, first_error
from vectorstores.api.openapi import shapes
from vectorstores.api.openapi.headers import headers
from vectorstores.api.openapi.operations import JSON
from vectorstores.api.openapi.shapes import STRING, Schema, or_null
from vectorstores.api.serializers.base import Params, read

ERROR = shapes.shown(
    {
        "message": STRING,
        "type": shapes.enum(("invalid_request_error", "server_error")),
        "param": or_null(STRING),
        "code": or_null(STRING),
    },
    ("message", "type", "param", "code"),
)
EVERYWHERE = (
    errors.MissingKey(),
    errors.WrongKey("sk-0000000000000000000000000000"),
    errors.ServerError(SERVER_ERROR),
)
OF_JSON = (
    errors.MalformedJson(),
    errors.TooLarge("The request body is larger than 33554432 bytes."),
    errors.UnsupportedMediaType('Unsupported media type "multipart/form-data" in request.'),
)
OF_FORMS = (errors.UnsupportedMediaType('Unsupported media type "application/json" in request.'),)
UNAVAILABLE = errors.ServiceUnavailable("The embedding service is not available right now.")
# By status: the name of a response that is alike everywhere, what it means, its headers.
ALIKE = {
    401: ("Unauthorized", "No key, or one that is unknown or revoked.", ("WWW-Authenticate",)),
    415: ("UnsupportedMediaType", "Another kind of body.", ()),
    500: ("ServerError", "Our fault. The server's log says more.", ()),
    503: ("Unavailable", "The embedding service does not answer.", ("Retry-After",)),
}
MEANINGS = {
    400: "A parameter is wrong, or what is asked for cannot be done.",
    404: "No such object in this project.",
    413: "Larger than this server takes.",
}


def refused(params: type[Params], data: dict[str, Any]) -> errors.ApiError:
    """What is answered to `data`, which `params` do not take."""
    try:
        read(params, data)
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
    named: dict[str, Schema] = {}
    for error in found:
        name = type(error).__name__
        key = name if name not in named else f"{name}{len(named)}"
        named[key] = {"value": envelope(error)}
    return named
