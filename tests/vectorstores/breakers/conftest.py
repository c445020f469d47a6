from collections.abc import Callable, Iterator
from functools import cache
from uuid import uuid4

import pytest
from django.conf import settings as now_set
from redis import Redis

from vectorstores.breakers import shared
from vectorstores.breakers.shared import Scripts, SharedBreaker


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what other tests did to Redis."""
    monkeypatch.setattr(shared, "scripts", Scripts())


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], SharedBreaker]:
    """Makes views of one breaker, each as if of a process of that name."""
    monkeypatch.setattr(shared, "FRESH", 0.0)  # what they learnt is old by the next question
    key = uuid4().hex

    @cache
    def of(name: str) -> SharedBreaker:
        return SharedBreaker(key, model="a-model", probe_seconds=35, process=lambda: name)

    return of


@pytest.fixture
def redis() -> Iterator[Redis]:
    with Redis.from_url(now_set.REDIS_URL) as client:
        yield client
