from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from pytest_django import Settings

from tests.vectorstores.http.server import StubServer
from vectorstores.http.errors import Misconfigured
from vectorstores.search.reranking import get_reranker


@pytest.fixture
def configured(settings: Settings, server: StubServer) -> Iterator[Settings]:
    settings.RERANK_URL = f"{server.base_url}/rerank"
    settings.RERANK_MODEL = "rerank-v3.5"
    yield settings
    if settings.RERANK_API == "cohere" and (reranker := get_reranker()):
        reranker.close()


def test_there_is_no_reranker_without_an_address(settings: Settings):
    settings.RERANK_URL = ""

    assert get_reranker() is None


def test_it_is_built_from_the_settings(configured: Settings, server: StubServer):
    configured.RERANK_API_KEY = "sk-test"

    reranker = get_reranker()
    scores = reranker.rerank("one", ["one", "two"])

    assert reranker.name == "rerank-v3.5"
    assert scores[0] > scores[1]
    assert server.asked[0].path == "/v1/rerank"
    assert server.asked[0].body["model"] == "rerank-v3.5"
    assert server.asked[0].headers["authorization"] == "Bearer sk-test"


def test_it_is_built_once_for_all_threads(configured: Settings):
    with ThreadPoolExecutor(8) as pool:
        rerankers = set(pool.map(lambda _: get_reranker(), range(32)))

    assert len(rerankers) == 1


def test_changed_settings_build_a_new_reranker(configured: Settings):
    first = get_reranker()

    configured.RERANK_TIMEOUT = 1.0

    assert get_reranker() is not first


def test_invalid_settings_fail_at_once(configured: Settings):
    configured.RERANK_API = "elastic"

    with pytest.raises(Misconfigured, match="RERANK_API is 'elastic'"):
        get_reranker()
