"""Is the process alive, and can it do its work? For load balancers and supervisors."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from redis import Redis, RedisError

from vectorstores.embeddings import availability
from vectorstores.postgres import replica


def alive(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, else 503.

    A broker, an embedder or a read replica that is down is shown and is no failure: requests are
    served, searches are tried, and work is delayed.
    """
    broker = _broker()
    embedder = _embedder() if broker == "ok" else "unknown"
    parts = {"database": _database(), "broker": broker, "embedder": embedder}
    if replica.is_configured():
        parts["replica"] = replica.condition() if parts["database"] == "ok" else "unknown"
    return JsonResponse(parts, status=200 if parts["database"] == "ok" else 503)


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
    """What those of all models are known for without asking them, which would cost money and
    time."""
    failing = (
        f"{model} unavailable since {state.since:%Y-%m-%dT%H:%M:%SZ}: {state.brief}"
        for model, state in availability.open_states().items()
    )
    return "; ".join(failing) or "ok"
