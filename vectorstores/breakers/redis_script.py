from collections.abc import Sequence
from functools import cache
from typing import Any

from django.conf import settings
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.commands.core import Script
from redis.exceptions import ConnectionError as NoConnection
from redis.retry import Retry

from vectorstores.breakers.cooldown import Cooldown

PATIENCE = 0.25  # seconds to connect and to be answered, because a request waits for the script


class RedisScript:
    """A Lua script, run by the Redis of the settings. Scripts may share a cooldown."""

    def __init__(self, source: str, cooldown: Cooldown) -> None:
        self._source = source
        self._cooldown = cooldown

    def run(self, keys: Sequence[str], args: Sequence[str | int | float]) -> Any:
        """Return the script's result, or None while Redis does not answer."""
        if not self._cooldown.admits():
            return None
        try:
            result = _registered(settings.REDIS_URL, self._source)(keys, args)
        except RedisError as error:
            self._cooldown.record_failure(error)
            return None
        self._cooldown.record_success()
        return result


@cache
def _registered(url: str, source: str) -> Script:
    return _client(url).register_script(source)


@cache
def _client(url: str) -> Redis:
    """Return the one pool of connections. One that Redis closed is opened again, once."""
    retry = Retry(NoBackoff(), 1, supported_errors=(NoConnection,))
    return Redis.from_url(
        url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE, retry=retry
    )
