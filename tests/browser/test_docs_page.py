"""The page that shows the API's document: readable for everybody, with samples."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser import open_page, packages
from tests.live import Service, StartService

# A page of 26 open operations takes a busy machine a minute to check.
pytestmark = pytest.mark.timeout(400)

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def live(whole_service: StartService) -> Iterator[Service]:
    with whole_service(EMBEDDING_BACKEND="hashing") as running:
        yield running


@pytest.fixture(scope="module")
def docs(live: Service) -> Iterator[Page]:
    with open_page() as page:
        page.goto(f"{live.url}/docs")
        page.locator(".opblock").nth(25).wait_for()
        # As a debugger would, because the page lets no script in.
        page.evaluate((packages() / "axe-core/axe.min.js").read_text())
        yield page


def violations(page: Page) -> list[str]:
    """Return what axe-core finds, with the first elements of each kind."""
    found: dict[str, Any] = page.evaluate(
        "tags => axe.run(document,"
        " { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })",
        WCAG,
    )
    return [
        f"{each['id']}: {each['help']} {[node['html'][:200] for node in each['nodes'][:3]]}"
        for each in found["violations"]
    ]


def test_the_page_is_accessible(docs: Page):
    assert violations(docs) == []


def test_every_operation_and_its_samples_are_accessible(docs: Page):
    for operation in docs.locator(".opblock-summary-control").all():
        operation.click()
    docs.locator(".opblock-body").nth(25).wait_for()
    search = docs.locator("#operations-Vector_stores-searchVectorStore")

    assert search.get_by_text('curl "$OPENAI_BASE_URL/vector_stores/').count() == 1
    assert search.get_by_text("client.vector_stores.search(").count() == 1
    assert violations(docs) == []


def test_the_dialog_for_a_key_is_accessible(docs: Page):
    docs.locator(".btn.authorize").first.click()
    docs.get_by_role("button", name="Close").first.wait_for()

    assert violations(docs) == []

    docs.get_by_role("button", name="Close").first.click()


def test_an_image_without_a_description_is_noticed(docs: Page):
    docs.evaluate("document.body.insertAdjacentHTML('beforeend', '<img id=dark src=/x.png>')")

    assert [each.partition(":")[0] for each in violations(docs)] == ["image-alt"]

    docs.evaluate("document.getElementById('dark').remove()")
