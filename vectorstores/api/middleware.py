"""The headers that every response carries."""

import logging
import time
from collections.abc import Callable
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

log = logging.getLogger(__name__)


class RequestHeadersMiddleware:
    """Adds `x-request-id`, which SDKs show in errors, and the processing time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.monotonic()
        response = self.get_response(request)
        milliseconds = round((time.monotonic() - started) * 1000)
        response["x-request-id"] = request_id = f"req_{uuid4().hex}"
        response["openai-processing-ms"] = str(milliseconds)
        response["openai-version"] = "2020-10-01"
        if response.status_code >= 500:
            log.error(
                "%s %s: %d (%s)", request.method, request.path, response.status_code, request_id
            )
        return response
