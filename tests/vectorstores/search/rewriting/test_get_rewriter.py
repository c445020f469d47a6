from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from pytest_django import Settings

from tests.vectorstores.http.server import StubServer
from vectorstores.http.errors import Misconfigured
from vectorstores.search.rewriting import get_rewriter


@pytest.fixture
def configured(settings: Settings, server: StubServer) -> Iterator[Settings]:
    settings.REWRITE_BASE_URL = server.base_url
    settings.REWRITE_MODEL = "qwen"
    yield settings
    if settings.REWRITE_MODEL and (rewriter := get_rewriter()):
        rewriter.close()


def test_there_is_no_rewriter_without_an_address(settings: Settings):
    settings.REWRITE_BASE_URL = ""

    assert get_rewriter() is None


def test_it_is_built_from_the_settings(configured: Settings, server: StubServer):
    configured.REWRITE_API_KEY = "sk-test"

    assert get_rewriter().rewrite("wombats?") == "WOMBATS?"

    assert server.asked[0].body["model"] == "qwen"
    assert server.asked[0].headers["authorization"] == "Bearer sk-test"


def test_it_is_built_once_for_all_threads(configured: Settings):
    with ThreadPoolExecutor(8) as pool:
        rewriters = set(pool.map(lambda _: get_rewriter(), range(32)))

    assert len(rewriters) == 1


def test_invalid_settings_fail_at_once(configured: Settings):
    configured.REWRITE_MODEL = ""

    with pytest.raises(Misconfigured, match="REWRITE_MODEL is not"):
        get_rewriter()
