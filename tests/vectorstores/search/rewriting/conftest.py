from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.vectorstores.http.server import StubServer, serving
from tests.vectorstores.search.rewriting import services
from vectorstores.search.rewriting import Rewriter

KEY = "sk-test-0123456789abcdef"


@pytest.fixture
def server() -> Iterator[StubServer]:
    with serving(StubServer(services.shouting)) as server:
        yield server


@pytest.fixture
def connect(server: StubServer) -> Iterator[Callable[..., Rewriter]]:
    made: list[Rewriter] = []

    def connect(base_url: str = server.base_url, key: str = KEY, **how: Any) -> Rewriter:
        options: dict[str, Any] = {"model": "a-model", "timeout": 5.0, **how}
        made.append(Rewriter(base_url, key, **options))
        return made[-1]

    yield connect
    for rewriter in made:
        rewriter.close()
