from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import StoreFileFactory, VectorStoreFactory
from tests.vectorstores.admin.pages import list_url, messages_of, page_url, run_action
from vectorstores.models import Status, VectorStore


def test_a_store_shows_its_files_by_status_and_their_usage(operator: Client):
    store = VectorStoreFactory()
    StoreFileFactory.create_batch(
        2, vector_store=store, status=Status.COMPLETED, usage_bytes=3 * 2**20
    )
    StoreFileFactory(vector_store=store)
    link = f"{list_url('vectorstorefile')}?vector_store__id__exact={store.pk}"

    text = operator.get(list_url("vectorstore")).text

    assert f'<a href="{link}">3: 1 in progress, 2 completed</a>' in text
    assert "6.0\N{NO-BREAK SPACE}MB" in text


def test_a_store_links_to_a_list_of_only_its_files(operator: Client):
    store_file, _ = StoreFileFactory(), StoreFileFactory()
    filters = {"vector_store__id__exact": str(store_file.vector_store.pk)}

    response = operator.get(list_url("vectorstorefile"), filters)

    assert list(response.context["cl"].result_list) == [store_file]


def test_an_expired_store_is_shown_as_expired(operator: Client):
    store = VectorStoreFactory(expires_at=timezone.now() - timedelta(days=1))

    text = operator.get(page_url(store)).text

    assert '<div class="readonly">expired</div>' in text


def test_a_deleted_store_disappears_at_once_and_its_rows_wait_for_the_purge(operator: Client):
    store_file = StoreFileFactory()
    store = store_file.vector_store

    operator.post(
        reverse("admin:vectorstores_vectorstore_delete", args=[store.pk]), {"post": "yes"}
    )

    store.refresh_from_db()
    store_file.refresh_from_db()
    assert store.deleted_at is not None


def test_the_deletion_page_does_not_read_the_rows_of_the_store(
    operator: Client, django_assert_max_num_queries
):
    store = VectorStoreFactory()
    StoreFileFactory.create_batch(3, vector_store=store)
    url = reverse("admin:vectorstores_vectorstore_delete", args=[store.pk])

    with django_assert_max_num_queries(3):  # the session, the user, the store
        response = operator.get(url)

    assert response.context["deleted_objects"] == [str(store)]


def test_several_stores_are_deleted_together(operator: Client):
    stores = VectorStoreFactory.create_batch(2)

    response = run_action(operator, "delete_selected", *stores, post="yes")

    assert messages_of(response) == ["Successfully deleted 2 vector stores."]
    assert not VectorStore.objects.live().exists()
