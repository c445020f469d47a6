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
from vectorstores.api import public_ids
from vectorstores.api.exceptions import SERVER_ERROR, envelope, first_error
from vectorstores.api.json_schema import STRING, Schema, enum, or_null, record, ref
from vectorstores.api.openapi.components import named
from vectorstores.api.openapi.operations import TEXTS, sample
from vectorstores.api.serializers.bodies import RequestSerializer, validated
from vectorstores.api.serializers.files import FormFile

JSON, FORM = "application/json", "multipart/form-data"

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
MOST = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
OF_JSON = (
    errors.MalformedJson(),
    errors.TooLarge(f"The request body is larger than {MOST} bytes."),
    errors.UnsupportedMediaType(str(drf.UnsupportedMediaType(FORM).detail)),
)
OF_FORMS = (errors.UnsupportedMediaType(str(drf.UnsupportedMediaType(JSON).detail)),)
# Responses that are alike everywhere, by status.
ALIKE = {401: "Unauthorized", 429: "RateLimited", 500: "ServerError", 503: "Overloaded"}
RATE_LIMITS = [name for name in TEXTS["headers"] if name.startswith("x-ratelimit-")]
HEADERS = {401: ["WWW-Authenticate"], 429: ["Retry-After", *RATE_LIMITS], 503: ["Retry-After"]}
ERROR = record(
    message=STRING,
    type=enum(("invalid_request_error", "requests", "server_error")),
    param=or_null(STRING),
    code=or_null(STRING),
)


def of_body(request: type[RequestSerializer], *, is_form: bool) -> list[errors.ApiError]:
    """Return the errors of a body of another kind, too large, or with an unknown key."""
    files = [field for field in request().fields.values() if isinstance(field, FormFile)]
    kinds = (*(file.refusal() for file in files), *OF_FORMS) if is_form else OF_JSON
    return [*kinds, refused(request, {"colour": "red"})]


def refused(request: type[RequestSerializer], data: dict[str, Any]) -> errors.ApiError:
    """Return the error of `data`, which `request` does not take."""
    try:
        validated(request, data)
    except serializers.ValidationError as error:
        return first_error(error.detail)
    raise AssertionError(f"{request.__name__} takes {data}")


def of_id(path_id: public_ids.PathId, example: str) -> list[errors.ApiError]:
    """Return the errors of an id of another kind, if that is one, and of one that is unknown."""
    named_too = [sample.STORE] if path_id is public_ids.STORE_FILE else []
    unknown = path_id.unknown(example, *named_too)
    try:
        path_id.decode(sample.STORE if path_id.name == "file_id" else sample.FILE)
    except errors.InvalidParameter as error:
        return [error, unknown]
    return [unknown]


def responses(auto_schema: AutoSchema, found: Iterable[errors.ApiError]) -> Schema:
    """Return the answers to errors, by status."""
    named(auto_schema, "Error", ERROR)
    body = named(auto_schema, "ErrorResponse", record(error=ref("Error")))
    ordered = sorted((*EVERYWHERE, *found), key=lambda error: error.status)
    answers: Schema = {}
    for status, examples in groupby(ordered, key=lambda error: error.status):
        content = {"schema": body, "examples": _by_name(examples)}
        answer = {
            "description": TEXTS["errors"][status],
            "headers": headers(auto_schema, *HEADERS.get(status, ())),
            "content": {JSON: content},
        }
        if name := ALIKE.get(status):
            answer = named(auto_schema, name, answer, ResolvedComponent.RESPONSE)
        answers[str(status)] = answer
    return answers


def _by_name(examples: Iterable[errors.ApiError]) -> dict[str, Schema]:
    """Name examples by what went wrong; wrong parameters, by the error's code."""
    by_name: dict[str, Schema] = {}
    for error in examples:
        is_named = type(error) is not errors.InvalidParameter
        name = type(error).__name__ if is_named else str(error.code)
        count = sum(each.partition("-")[0] == name for each in by_name)
        by_name[f"{name}-{count + 1}" if count else name] = {"value": envelope(error)}
    return by_name


def headers(auto_schema: AutoSchema, *names: str) -> Schema:
    """Return the `headers` of a response: those of every answer, and the ones named."""
    always = ("x-request-id", "openai-processing-ms", "openai-version")
    return {
        name: named(auto_schema, name, TEXTS["headers"][name], ResolvedComponent.HEADER)
        for name in (*always, *names)
    }
