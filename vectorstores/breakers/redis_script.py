from collections.abc import Sequence
from functools import cache
from typing import Any

from django.conf import settings
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.commands.core import Script as Registered
from redis.exceptions import ConnectionError as NoConnection
from redis.retry import Retry

from vectorstores.breakers.cooldown import Outage

PATIENCE = 0.25  # seconds, to connect and to be answered: a request must not wait for its count


class Script:
    """`source`, run by the Redis of the settings. Scripts that share an outage share its pause."""

    def __init__(self, source: str, outage: Outage) -> None:
        self._source = source
        self._outage = outage

    def run(self, keys: Sequence[str], args: Sequence[str | int | float]) -> Any:
        """What the script returns, and None while Redis does not answer."""
        if not self._outage.may_ask():
            return None
        try:
            told = _registered(settings.REDIS_URL, self._source)(keys, args)
        except RedisError as error:
            self._outage.begins(error)
            return None
        self._outage.ends()
        return told


@cache
def _registered(url: str, source: str) -> Registered:
    return _client(url).register_script(source)


@cache
def _client(url: str) -> Redis:
    """One pool of connections. A connection that Redis closed is opened again, once."""
    retry = Retry(NoBackoff(), 1, supported_errors=(NoConnection,))
    return Redis.from_url(
        url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE, retry=retry
    )
