"""`/healthz`, `/readyz` and `/metrics`, for load balancers, supervisors and Prometheus."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.values import ValueClass
from redis import Redis, RedisError

from vectorstores.embeddings import availability
from vectorstores.metrics import REGISTRY
from vectorstores.postgres import replica

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
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)
