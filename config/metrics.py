"""`GET /metrics`: what the web processes of this machine have counted, for Prometheus."""

from django.http import Http404, HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.values import ValueClass

from vectorstores.metrics import REGISTRY

# What a proxy in front says of whom it asks for.
BY_A_PROXY = ("X-Forwarded-Proto", "X-Forwarded-For", "Forwarded")


def exposed(request: HttpRequest) -> HttpResponse:
    """For whoever reaches this process itself: how much is asked is not for the world to know."""
    if any(name in request.headers for name in BY_A_PROXY):
        raise Http404
    return HttpResponse(generate_latest(_all()), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _all() -> CollectorRegistry:
    """Of all processes that `config/gunicorn.py` has let count together, or of this one."""
    if not getattr(ValueClass, "_multiprocess", False):
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry
