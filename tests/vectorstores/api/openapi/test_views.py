import json
import re

import pytest
from django.test import Client

from tests.vectorstores.api.answers import refused
from tests.vectorstores.api.openapi.documented import DOCUMENT


@pytest.fixture
def browser() -> Client:
    """Return a client without a key."""
    return Client()


def static(browser: Client, address: str) -> str:
    """Return a file of the page. It is streamed, and closed at its end."""
    response = browser.get(address)
    assert response.status_code == 200, address
    return response.getvalue().decode(errors="replace")


def test_the_document_needs_no_key(browser: Client):
    response = browser.get("/v1/openapi.json")

    assert response.status_code == 200
    assert response["content-type"] == "application/json"
    assert json.loads(response.content) == DOCUMENT


def test_the_page_needs_no_key(browser: Client):
    response = browser.get("/v1/docs")

    assert response.status_code == 200
    assert response["content-type"] == "text/html; charset=utf-8"


def test_everything_the_page_loads_is_served_here(browser: Client):
    page = browser.get("/v1/docs").content.decode()

    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)

    assert len(loaded) == 5
    for address in loaded:
        assert address.startswith("/static/")
        assert static(browser, address)


def test_the_page_may_load_nothing_from_elsewhere(browser: Client):
    policy = browser.get("/v1/docs")["content-security-policy"]

    assert "default-src 'self'" in policy
    assert "http" not in policy
    assert "unsafe-eval" not in policy


def test_the_page_shows_the_document_beside_it(browser: Client):
    script = static(browser, "/static/vectorstores/docs.js")

    assert 'url: "openapi.json"' in script
    assert "http" not in script


@pytest.mark.parametrize("path", ["/v1/openapi.json", "/v1/docs"])
def test_neither_takes_anything(browser: Client, path: str):
    message = refused(browser.post(path), 405, code="method_not_supported")

    assert message == f"Not allowed to POST on {path}."


@pytest.mark.parametrize("prefix", ["", "/openai", "/openai/v1", "/v1/openai/v1"])
def test_they_are_at_no_other_prefix(browser: Client, prefix: str):
    for name in ("openapi.json", "docs"):
        refused(browser.get(f"{prefix}/{name}"), 404)
