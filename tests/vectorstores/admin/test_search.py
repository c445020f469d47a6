from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import VectorStoreFactory
from tests.vectorstores.admin.ingested import searchable_file
from tests.vectorstores.admin.pages import list_url
from vectorstores.models import Chunk, VectorStore


def url(store: VectorStore) -> str:
    return reverse("admin:vectorstores_vectorstore_search", args=[store.pk])


def ask(client: Client, store: VectorStore, query: str, results: int = 10) -> Any:
    return client.post(url(store), {"query": query, "results": results})


def test_the_search_box_finds_a_chunk(operator: Client, store: VectorStore):
    store_file = searchable_file(store, "Bees dance to tell the way.", page=7)
    Chunk.objects.update(heading="The dance")
    searchable_file(store, "Granite is an igneous rock.")

    response = ask(operator, store, "bees dance to tell the way")

    first = response.context["found"].hits[0]
    assert (first.filename, first.page) == (store_file.file.filename, 7)
    assert f"<td>{first.score:.3f}</td>" in response.text
    assert "Plan: vector=exact, text=exact, database=primary" in response.text
    assert "<td>The dance</td>" in response.text
    assert "Bees dance to tell the way." in response.text


def test_a_result_links_to_its_file_in_the_store(operator: Client, store: VectorStore):
    store_file = searchable_file(store, "Bees dance.")
    link = (
        f"{list_url('vectorstorefile')}?q={store_file.file.public_id}"
        f"&amp;vector_store__id__exact={store.pk}"
    )

    response = ask(operator, store, "bees")

    assert link in response.text
    linked = operator.get(link.replace("&amp;", "&"))
    assert list(linked.context["cl"].result_list) == [store_file]


def test_the_number_of_results_is_limited_as_requested(operator: Client, store: VectorStore):
    searchable_file(store, "Bees dance.", "Bees hum.", "Bees sting.")

    response = ask(operator, store, "bees", results=2)

    assert len(response.context["found"].hits) == 2


def test_the_text_of_a_result_is_escaped(operator: Client, store: VectorStore):
    searchable_file(store, "<script>alert('bees')</script>")

    response = ask(operator, store, "bees")

    assert "<script>alert" not in response.text
    assert "&lt;script&gt;alert" in response.text


def test_searching_an_empty_store_says_that_nothing_is_searchable(
    operator: Client, store: VectorStore
):
    response = ask(operator, store, "bees")

    assert "Nothing was found" in response.text


@pytest.mark.parametrize(
    ("query", "results", "complaint"),
    [
        ("", 10, "This field is required."),
        ("bees", 51, "Ensure this value is less than or equal to 50."),
    ],
)
def test_an_invalid_search_shows_an_error(
    operator: Client, store: VectorStore, query: str, results: int, complaint: str
):
    response = ask(operator, store, query, results)

    assert complaint in response.text


@pytest.mark.parametrize(
    ("broken", "explanation"),
    [
        ({"expires_at": timezone.now() - timedelta(days=1)}, "has expired"),
        ({"embedding_model": "another"}, "This vector store was embedded with another"),
    ],
)
def test_a_store_that_cannot_be_searched_shows_the_reason(
    operator: Client, broken: dict[str, object], explanation: str
):
    store = VectorStoreFactory(**broken)

    response = ask(operator, store, "bees")

    assert response.status_code == 200
    assert explanation in response.text


def test_an_unreachable_embedder_shows_an_error(operator: Client, settings):
    settings.EMBEDDING_BACKEND = "openai"
    settings.EMBEDDING_BASE_URL = "http://127.0.0.1:9/v1"  # nothing listens to the discard port
    store = VectorStoreFactory()

    response = ask(operator, store, "bees")

    assert response.context["form"].non_field_errors()
    assert response.context["found"] is None


def test_searching_requires_the_view_permission(
    staff_with: Callable[..., Client], store: VectorStore
):
    client = staff_with("view_file")

    assert client.get(url(store)).status_code == 403
    assert ask(client, store, "bees").status_code == 403


def test_the_view_permission_suffices_to_search(
    staff_with: Callable[..., Client], store: VectorStore
):
    searchable_file(store, "Bees dance.")

    response = ask(staff_with("view_vectorstore"), store, "bees")

    assert len(response.context["found"].hits) == 1


@pytest.mark.parametrize("deleted_at", [None, timezone.now()])
def test_a_deleted_store_has_no_search_page(operator: Client, deleted_at):
    store = VectorStoreFactory(deleted_at=deleted_at)
    if deleted_at is None:
        VectorStore.objects.all().delete()

    assert operator.get(url(store)).status_code == 404


def test_anonymous_users_are_redirected_to_the_login(client: Client, store: VectorStore):
    assert client.get(url(store)).headers["Location"].startswith(reverse("admin:login"))
