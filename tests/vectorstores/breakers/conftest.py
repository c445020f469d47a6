from collections.abc import Callable, Iterator
from functools import cache
from uuid import uuid4

import pytest
from redis import Redis

from vectorstores.breakers import shared
from vectorstores.breakers.shared import Scripts, SharedBreaker


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what other tests did to Redis."""
    monkeypatch.setattr(shared, "scripts", Scripts())


@pytest.fixture
def process(valkey: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], SharedBreaker]:
    """Return a function that makes views of one breaker, each as if from a process of that name."""
    monkeypatch.setattr(shared, "FRESH", 0.0)  # what they learnt is old by the next question
    key = uuid4().hex

    @cache
    def of(name: str) -> SharedBreaker:
        return SharedBreaker(key, model="a-model", probe_seconds=35, process=lambda: name)

    return of


@pytest.fixture
def redis(valkey: str) -> Iterator[Redis]:
    with Redis.from_url(valkey) as client:
        yield client
