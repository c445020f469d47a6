from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from tests.factories import StoreFileFactory
from tests.vectorstores.admin.ingested import searchable_file
from tests.vectorstores.admin.pages import page_url
from vectorstores.admin.store_files import CHUNKS_PER_PAGE
from vectorstores.models import Chunk, VectorStore, VectorStoreFile


def url(store_file: VectorStoreFile) -> str:
    return reverse("admin:vectorstores_vectorstorefile_chunks", args=[store_file.pk])


def test_the_chunks_of_a_file_are_shown_in_order(operator: Client, store: VectorStore):
    store_file = searchable_file(store, "Bees dance.", "Bees <i>hum</i>.", page=7)
    Chunk.objects.update(heading="What <b>bees</b> do")
    searchable_file(store, "Granite is a rock.")

    text = operator.get(url(store_file)).text

    assert text.index("Bees dance.") < text.index("Bees &lt;i&gt;hum&lt;/i&gt;.")
    assert "2 chunks." in text
    assert "<td>7</td>" in text
    assert text.count("<td>What &lt;b&gt;bees&lt;/b&gt; do</td>") == 2
    assert "Granite" not in text


def test_a_file_links_to_its_chunks(operator: Client, store: VectorStore):
    store_file = searchable_file(store, "Bees dance.")

    assert f'href="{url(store_file)}"' in operator.get(page_url(store_file)).text


def test_many_chunks_are_shown_page_by_page(operator: Client, store: VectorStore):
    store_file = searchable_file(
        store, *(f"Bee {number}." for number in range(CHUNKS_PER_PAGE + 1))
    )

    first = operator.get(url(store_file))
    second = operator.get(url(store_file), {"page": 2})

    assert '<a href="?page=2">Next</a>' in first.text
    assert [chunk.position for chunk in second.context["page"]] == [CHUNKS_PER_PAGE]
    assert "Page 2 of 2" in second.text


def test_a_file_without_chunks_says_so(operator: Client):
    assert "0 chunks." in operator.get(url(StoreFileFactory())).text


def test_seeing_chunks_requires_the_view_permission(staff_with: Callable[..., Client]):
    store_file = StoreFileFactory()

    assert staff_with("view_vectorstore").get(url(store_file)).status_code == 403


def test_a_deleted_file_has_no_chunks_page(operator: Client):
    store_file = StoreFileFactory()
    VectorStoreFile.objects.all().delete()

    assert operator.get(url(store_file)).status_code == 404
