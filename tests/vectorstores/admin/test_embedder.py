"""The warning about a failing embedder, which every page of the admin shows."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.vectorstores.admin.pages import list_url
from vectorstores.breakers import shared
from vectorstores.embeddings import availability
from vectorstores.embeddings.errors import EmbedderMisconfigured

WARNING = "The embedder of hashing has been failing since 20"


@pytest.fixture
def failing_embedder(settings, monkeypatch):
    monkeypatch.setattr(shared, "scripts", shared.Scripts())
    settings.EMBEDDING_BASE_URL = "http://held.example/v1"  # a host with its own breaker
    error = EmbedderMisconfigured("held.example <did> not accept the key: check EMBEDDING_API_KEY.")
    availability.record_failure(error, began=timezone.now() - timedelta(minutes=1))
    yield
    availability.record_success()


@pytest.mark.parametrize("page", ["index", "vectorstorefile", "filebatch", "vectorstore"])
def test_every_page_shows_that_the_embedder_fails_and_why(
    operator: Client, failing_embedder, page: str
):
    response = operator.get(reverse("admin:index") if page == "index" else list_url(page))

    assert WARNING in response.text
    assert "held.example &lt;did&gt; not accept the key: check EMBEDDING_API_KEY." in response.text


def test_nothing_is_shown_while_the_embedder_works(operator: Client):
    assert WARNING not in operator.get(reverse("admin:index")).text


def test_nothing_is_shown_to_anonymous_users(client: Client, db, failing_embedder):
    response = client.get(reverse("admin:login"))

    assert response.status_code == 200
    assert "held.example" not in response.text


def test_nothing_is_shown_once_the_embedder_works_again(operator: Client, failing_embedder):
    availability.record_success()

    assert WARNING not in operator.get(reverse("admin:index")).text


def test_each_failing_model_is_shown(operator: Client, failing_embedder, settings):
    settings.EMBEDDING_MODELS = {
        name: {"dimensions": 8, "base_url": f"http://{name}.example/v1"} for name in ("gpu", "old")
    }
    availability.record_failure(EmbedderMisconfigured("gpu.example answered 404."), model="gpu")

    page = operator.get(reverse("admin:index")).text

    assert WARNING in page
    assert "The embedder of gpu has been failing since 20" in page
    assert "gpu.example answered 404." in page
    assert "The embedder of old" not in page
    availability.record_success(model="gpu")
