from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.vectorstores.http.server import StubServer, serving
from tests.vectorstores.search.reranking import services
from vectorstores.search.reranking import Reranker

KEY = "sk-test-0123456789abcdef"


@pytest.fixture
def server() -> Iterator[StubServer]:
    with serving(StubServer(services.cohere)) as server:
        yield server


@pytest.fixture
def connect(server: StubServer) -> Iterator[Callable[..., Reranker]]:
    """Return a function that makes rerankers that ask `server`, by default one of Cohere's."""
    made: list[Reranker] = []

    def connect(url: str = f"{server.base_url}/rerank", key: str = KEY, **how: Any):
        usual: dict[str, Any] = {
            "api": "cohere",
            "model": "the-model",
            "scores": "probability",
            "timeout": 5.0,
        }
        made.append(Reranker(url, key, **{**usual, **how}))
        return made[-1]

    yield connect
    for reranker in made:
        reranker.close()
