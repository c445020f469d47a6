"""Redis that fails: requests are served without limits, and do not each wait for it."""

import logging
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings as now_set
from django.utils import timezone
from redis import Redis

from tests.factories import ProjectFactory
from tests.live import free_port
from vectorstores import ratelimits
from vectorstores.breakers.cooldown import PAUSE, Cooldown
from vectorstores.breakers.redis_script import RedisScript


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        ratelimits, "script", RedisScript(ratelimits.TAKE, Cooldown(**ratelimits.LINES))
    )


@pytest.fixture
def spend(db: None) -> Callable[[], list[ratelimits.Budget]]:
    uploads = ratelimits.uploads(ProjectFactory())
    return lambda: ratelimits.spend(uploads, now=timezone.now())


@pytest.fixture
def redis() -> Iterator[Redis]:
    with Redis.from_url(now_set.REDIS_URL) as client:
        yield client


class SilentServer:
    """Takes connections and says nothing. It knows how many there were."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self.listener.getsockname()[1]}/0"
        self.taken: list[socket.socket] = []
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        while True:
            try:
                self.taken.append(self.listener.accept()[0])
            except OSError:
                return

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        for each in (self.listener, *self.taken):
            each.close()


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.message for r in caplog.records if r.levelno == logging.WARNING]


def test_without_redis_nothing_is_limited_and_one_line_is_logged(spend, settings, caplog):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"

    assert [spend() for _ in range(20)] == [[]] * 20

    (message,) = warnings(caplog)
    assert message.startswith("Redis does not count requests; they are served without limits: ")


def test_a_redis_that_hangs_is_waited_for_once(spend, settings, caplog):
    silent = SilentServer()
    settings.REDIS_URL = silent.url

    assert [spend() for _ in range(20)] == [[]] * 20

    assert len(silent.taken) == 1
    assert len(warnings(caplog)) == 1
    silent.close()


def test_after_a_while_it_is_asked_again(spend, settings, caplog, pass_time):
    caplog.set_level(logging.INFO)
    url, settings.REDIS_URL = settings.REDIS_URL, f"redis://127.0.0.1:{free_port()}/0"
    spend()
    pass_time(PAUSE)
    spend()  # still down: nothing new to log
    settings.REDIS_URL = url
    pass_time(PAUSE - 0.1)

    assert spend() == []
    pass_time(0.2)
    assert spend()[0].remaining == settings.UPLOADS_PER_MINUTE - 1

    assert len(warnings(caplog)) == 1
    assert caplog.messages[-1] == "Redis counts requests again."


def test_a_redis_that_is_full_limits_nothing(spend, redis, caplog):
    redis.config_set("maxmemory", 1)
    try:
        assert spend() == []
    finally:
        redis.config_set("maxmemory", 0)

    assert len(warnings(caplog)) == 1


def test_a_redis_that_was_restarted_counts_on(spend, redis, caplog):
    spend()
    redis.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    redis.script_flush()

    assert spend()[0].wait == 0

    assert warnings(caplog) == []
