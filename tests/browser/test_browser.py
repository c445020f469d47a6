"""The browser opens pages of a running service."""

from collections.abc import Iterator

import pytest

from tests.browser import open_page
from tests.live import Service, StartService


@pytest.fixture(scope="module")
def live(whole_service: StartService) -> Iterator[Service]:
    with whole_service(EMBEDDING_BACKEND="hashing") as running:
        yield running


def test_the_browser_renders_a_page_of_the_service(live: Service):
    with open_page() as page:
        page.goto(f"{live.url}/docs")
        page.get_by_text("/v1/vector_stores/{vector_store_id}/search").wait_for()

        assert "vectorstores" in page.title().lower()


def test_every_browser_starts_with_an_empty_profile(live: Service):
    names = []
    for _ in range(2):
        with open_page() as page:
            page.goto(f"{live.url}/docs")
            names.append(page.evaluate("[localStorage.kept, localStorage.kept = 'yes'][0]"))

    assert names == [None, None]
