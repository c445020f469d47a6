"""Requests as `requests` sends them, answered by the web process's code in this process."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit
from wsgiref.util import setup_testing_defaults

from django.core import signals
from django.db import close_old_connections
from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from config.wsgi import django_application

ADDRESS = "http://testserver"


@contextmanager
def session() -> Iterator[Session]:
    """Yield a session with ADDRESS that sees what the test's transaction has not committed."""
    with _one_connection(), Session() as made:
        made.mount(ADDRESS, InProcess())
        yield made


class InProcess(HTTPAdapter):
    """An adapter of `requests` that hands requests to the web process's code right here."""

    def send(self, request: PreparedRequest, *_: object, **__: object) -> Response:
        told: list[Any] = []
        answer: Any = django_application(_environ(request), lambda *start: told.extend(start))
        try:
            body = b"".join(answer)
        finally:
            answer.close()
        status, headers = told[:2]
        raw = HTTPResponse(io.BytesIO(body), headers, status=int(status[:3]), preload_content=False)
        return self.build_response(request, raw)


def _environ(request: PreparedRequest) -> dict[str, Any]:
    url = urlsplit(str(request.url))
    body: Any = request.body or b""
    body = body.encode() if isinstance(body, str) else body
    headers = {name.upper().replace("-", "_"): value for name, value in request.headers.items()}
    environ = {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": unquote_to_bytes(url.path).decode("latin-1"),
        "QUERY_STRING": url.query,
        "CONTENT_TYPE": headers.pop("CONTENT_TYPE", ""),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        **{f"HTTP_{name}": _text(value) for name, value in headers.items()},
    }
    setup_testing_defaults(environ)
    return environ


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


@contextmanager
def _one_connection() -> Iterator[None]:
    """Keep requests from closing the test's connection, and from opening another."""
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    try:
        yield
    finally:
        signals.request_started.connect(close_old_connections)
        signals.request_finished.connect(close_old_connections)
