"""The answers to errors, in OpenAI's envelope: our errors, DRF's, and Django's own under /v1."""

import errno
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.views import defaults
from rest_framework import exceptions as drf
from rest_framework.response import Response

from vectorstores import errors
from vectorstores.embeddings.errors import (
    EmbeddingError,
    EmbeddingRefused,
    EmbeddingUnavailable,
)
from vectorstores.http.errors import Refused, RemoteError

log = logging.getLogger(__name__)

DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
POSTGRES_FULL = ("53100",)  # disk_full
TOOK_TOO_LONG = ("57014", "55P03")  # query_canceled by statement_timeout, lock_not_available
SERVER_ERROR = "The server had an error while processing your request"


def envelope(error: errors.ApiError) -> dict[str, Any]:
    return {
        "error": {
            "message": _sendable(error.message),
            "type": error.type,
            "param": error.param and _sendable(error.param),
            "code": error.code,
        }
    }


def _sendable(text: str) -> str:
    """Replace lone surrogates: JSON can contain them, but no encoding can send them back."""
    return text.encode(errors="replace").decode()


def answer(exception: Exception, context: Mapping[str, Any]) -> Response | None:
    """Return the error's response, as DRF's exception handler.

    None means a bug, and leaves it to Django, which logs it and answers 500.
    """
    error = _translate(exception, context["request"], context.get("view"))
    if error is None:
        return None
    response = Response(envelope(error), status=error.status)
    if isinstance(error, errors.Unauthorized):
        response["WWW-Authenticate"] = "Bearer"
    if isinstance(error, errors.RateLimited):
        response["Retry-After"] = str(error.retry_after)
    if isinstance(exception, EmbeddingUnavailable) and exception.retry_after is not None:
        response["Retry-After"] = str(max(1, round(exception.retry_after)))
    return response


def _translate(
    exception: Exception, request: HttpRequest, view: object = None
) -> errors.ApiError | None:
    match exception:
        case errors.ApiError():
            return exception
        case drf.ValidationError():
            return first_error(exception.detail)
        case drf.MethodNotAllowed():
            return errors.MethodNotAllowed(str(request.method), request.path)
        case drf.UnsupportedMediaType():
            return errors.UnsupportedMediaType(str(exception.detail))
        case drf.ParseError():
            return errors.BadRequest(str(exception.detail))
        case Http404():
            return errors.UnknownUrl(str(request.method), request.path)
        case RequestDataTooBig():
            return errors.TooLarge("The request body is too large.")
        case TooManyFieldsSent() | TooManyFilesSent():
            return errors.BadRequest("The form has too many fields.")
    return _translate_outside(exception, view)


def _translate_outside(exception: Exception, view: object) -> errors.ApiError | None:
    """Translate errors of embedder, reranker and database, hiding their names and addresses."""
    match exception:
        case EmbeddingRefused():
            log.warning("The embedder refused a text; the client gets a 400: %s", exception)
            param = getattr(view, "embedded_param", None)
            return errors.InvalidParameter(
                f"The embedding model refused the {param or 'text'}. Is it too long?", param=param
            )
        case EmbeddingUnavailable():
            log.error("The embedder is unavailable; the client gets a 503: %s", exception)
            return errors.Overloaded()
        case EmbeddingError():
            log.error("The embedder failed; the client gets a 503: %s", exception)
            return errors.ServiceUnavailable("The embedding service is not available right now.")
        # Other remote errors come from the reranker, because a search continues if rewriting fails.
        case Refused():
            log.warning("The reranker refused a query; the client gets a 400: %s", exception)
            return errors.InvalidParameter("The reranker refused the query.", param="query")
        case RemoteError():
            log.error("The reranker failed; the client gets a 503: %s", exception)
            return errors.ServiceUnavailable("The reranker is not available right now.")
        case OSError() if exception.errno in DISK_FULL:
            log.error("The disk is full; the client gets a 503: %s", exception)
            return errors.DiskFull()
        case OperationalError() if _sqlstate(exception) in POSTGRES_FULL:
            log.error("The database's disk is full; the client gets a 503: %s", exception)
            return errors.DiskFull()
        case OperationalError() if _is_out_of_reach(exception):
            log.error("The database does not answer; the client gets a 503: %s", exception)
            return errors.Overloaded()
    return None


def _is_out_of_reach(error: OperationalError) -> bool:
    """Return True if Postgres is unreachable, out of resources, or did not answer in time."""
    state = _sqlstate(error)
    return state is None or state.startswith(("08", "53", "57P")) or state in TOOK_TOO_LONG


def _sqlstate(error: OperationalError) -> str | None:
    return getattr(error.__cause__, "sqlstate", None)


def first_error(detail: Any, path: str = "") -> errors.ApiError:
    """Return the first leaf of DRF's tree of errors, with the path of its parameter.

    That path replaces `{param}` in the messages of fields.
    """
    if isinstance(detail, Mapping):
        key, inner = next(iter(detail.items()))
        return first_error(inner, _join(path, key))
    if isinstance(detail, Sequence) and not isinstance(detail, str):
        index = next(i for i, inner in enumerate(detail) if inner)
        inner = detail[index]
        return first_error(inner, path if isinstance(inner, str) else f"{path}[{index}]")
    message = str(detail).replace("{param}", path)
    return errors.InvalidParameter(message, param=path or None, code=getattr(detail, "code", None))


def _join(path: str, key: str | int) -> str:
    if key == "non_field_errors":
        return path
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else key


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer requests that fail before a view runs, as Django's handler400."""
    if not _is_api(request):
        return defaults.bad_request(request, exception)
    error = _translate(exception, request) or errors.BadRequest("The request is malformed.")
    return JsonResponse(envelope(error), status=error.status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer requests for unknown URLs, as Django's handler404."""
    if not _is_api(request):
        return defaults.page_not_found(request, exception)
    error = errors.UnknownUrl(str(request.method), request.path)
    return JsonResponse(envelope(error), status=error.status)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Answer requests that met a bug, as Django's handler500. Only the log has the traceback."""
    if not _is_api(request):
        return defaults.server_error(request)
    error = errors.ServerError(SERVER_ERROR)
    return JsonResponse(envelope(error), status=error.status)


def _is_api(request: HttpRequest) -> bool:
    return not request.path.startswith("/admin")
