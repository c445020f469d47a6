"""`/healthz`, `/readyz` and `/metrics`, for load balancers, supervisors and Prometheus."""

import logging
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from prometheus_client.values import ValueClass
from redis import Redis, RedisError

from vectorstores.embeddings import availability
from vectorstores.metrics import FILES_WITH_WARNINGS, REGISTRY
from vectorstores.models import VectorStoreFile
from vectorstores.postgres import replica

log = logging.getLogger(__name__)

# A proxy in front of this server names its client in one of these.
BY_A_PROXY = ("X-Forwarded-Proto", "X-Forwarded-For", "Forwarded")


def alive(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 if the database answers, else 503.

    A broker, an embedder or a read replica that is down is shown and is no failure, because
    requests are served, searches are tried, and work is delayed.
    """
    database, broker = _database(), _broker()
    embedder = _embedder() if broker == "ok" else "unknown"
    parts = {"database": database, "broker": broker, "embedder": embedder}
    if replica.is_configured():
        parts["replica"] = replica.condition() if database == "ok" else "unknown"
    return JsonResponse(parts, status=200 if database == "ok" else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "unreachable"
    return "ok"


def _broker() -> str:
    with Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1) as redis:
        try:
            redis.ping()
        except RedisError:
            return "unreachable"
    return "ok"


def _embedder() -> str:
    """Name the models whose breaker is open, and call none, since that costs money and time."""
    failing = (
        f"{model} unavailable since {state.since:%Y-%m-%dT%H:%M:%SZ}: {state.brief}"
        for model, state in availability.open_states().items()
    )
    return "; ".join(failing) or "ok"


def metrics(request: HttpRequest) -> HttpResponse:
    """Expose what the web processes of this machine counted, all together.

    Raises Http404 behind a proxy, because how much a server is used is not for the public.
    """
    if any(name in request.headers for name in BY_A_PROXY):
        raise Http404
    registry = REGISTRY
    if getattr(ValueClass, "_multiprocess", False):  # config/gunicorn.py lets them count together
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    counted = CollectorRegistry()
    counted.register(_FilesWithWarnings())
    text = generate_latest(registry) + generate_latest(counted)
    return HttpResponse(text, content_type=CONTENT_TYPE_PLAIN_0_0_4)


class _FilesWithWarnings(Collector):
    """Counts files of which something was not read. Without a database, it counts nothing."""

    def collect(self) -> Iterator[Metric]:
        try:
            counts = VectorStoreFile.objects.count_by_warning()
        except DatabaseError as error:
            log.warning("Metrics are incomplete because the database failed: %s", error)
            return
        family = GaugeMetricFamily(
            FILES_WITH_WARNINGS,
            "Files of which something was not read, by the code of the warning.",
            labels=["code"],
        )
        for code, files in sorted(counts.items()):
            family.add_metric([code], files)
        yield family
