from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import VectorStoreFactory
from tests.vectorstores.admin.pages import list_url, messages_of, page_url, run_action
from tests.vectorstores.published import searchable
from vectorstores import services
from vectorstores.models import Reembedding
from vectorstores.models.reembeddings import State


@pytest.fixture(autouse=True)
def models(settings) -> None:
    settings.EMBEDDING_MODELS = {"other": {"dimensions": 64}}


@pytest.fixture
def job(store) -> Reembedding:
    return services.reembed_store(store=store, model="other", now=timezone.now())


def test_choosing_stores_asks_for_the_model(operator: Client, store):
    response = run_action(operator, "reembed", store)

    assert response.status_code == 200
    assert f"<li>{store}: hashing</li>" in response.text
    assert '<option value="other">other, 64 dimensions</option>' in response.text
    assert not Reembedding.objects.exists()


def test_the_page_names_some_stores_and_counts_the_others(operator: Client, project):
    stores = VectorStoreFactory.create_batch(25, project=project)

    response = run_action(operator, "reembed", *stores)

    assert response.text.count(": hashing</li>") == 20
    assert "<li>… 25 in all</li>" in response.text
    assert all(str(store.pk) in response.text for store in stores)


def test_choosing_a_model_starts_the_changes(operator: Client, project):
    stores = VectorStoreFactory.create_batch(2, project=project)

    response = run_action(operator, "reembed", *stores, model="other")

    assert response.status_code == 302
    assert sorted(messages_of(response)) == sorted(
        f"{store} is being changed to other." for store in stores
    )
    assert {job.vector_store for job in Reembedding.objects.all()} == set(stores)


def test_refused_stores_are_reported_and_the_others_start(operator: Client, job):
    other = VectorStoreFactory()

    response = run_action(operator, "reembed", job.vector_store, other, model="other")

    refused = "The store is being changed to other: wait for that, or cancel it."
    assert set(messages_of(response)) == {
        f"{job.vector_store}: {refused}",
        f"{other} is being changed to other.",
    }


def test_a_long_report_names_some_stores_and_counts_the_others(operator: Client, project):
    stores = VectorStoreFactory.create_batch(22, project=project)

    response = run_action(operator, "reembed", *stores, model="other")

    messages = messages_of(response)
    assert len(messages) == 21
    assert messages[-1] == "… 22 in all"
    assert Reembedding.objects.count() == 22


def test_stores_are_found_by_their_model(operator: Client, store):
    other = VectorStoreFactory(embedding_model="BAAI/bge-m3")

    response = operator.get(list_url("vectorstore"), {"q": "bge"})

    assert list(response.context["cl"].result_list) == [other]


def test_an_unknown_model_shows_the_form_again(operator: Client, store):
    response = run_action(operator, "reembed", store, model="unknown")

    assert "Select a valid choice. unknown is not one of the available choices." in response.text
    assert not Reembedding.objects.exists()


def test_the_list_shows_the_progress_of_each_change(operator: Client, store, job):
    searchable(store, "Wombats dig.", "Puffins fly.")

    text = operator.get(list_url("reembedding")).text

    assert "0 of 2 chunks (0 %)" in text


def test_the_page_shows_why_a_change_failed(operator: Client, job):
    Reembedding.objects.update(state=State.FAILED, error="other refused the text of file-1.")

    text = operator.get(page_url(job)).text

    assert "other refused the text of file-1." in text
    assert "the new embeddings are being dropped" in text


def test_the_page_of_a_store_links_to_its_changes(operator: Client, job):
    services.reembed_store(store=VectorStoreFactory(), model="other", now=timezone.now())
    link = f"{list_url('reembedding')}?vector_store__id__exact={job.vector_store.pk}"

    assert link in operator.get(page_url(job.vector_store)).text

    assert list(operator.get(link).context["cl"].result_list) == [job]


def test_a_change_is_found_by_the_id_of_its_store(operator: Client, job):
    services.reembed_store(store=VectorStoreFactory(), model="other", now=timezone.now())

    response = operator.get(list_url("reembedding"), {"q": job.vector_store.public_id})

    assert list(response.context["cl"].result_list) == [job]


def test_a_change_is_cancelled(operator: Client, job):
    response = run_action(operator, "cancel", job)

    assert messages_of(response) == ["1 change was cancelled."]
    job.refresh_from_db()
    assert job.state == State.CANCELLED


def test_a_change_that_has_switched_is_not_cancelled(operator: Client, job):
    Reembedding.objects.update(state=State.SWITCHED)

    response = run_action(operator, "cancel", job)

    assert messages_of(response) == ["0 changes were cancelled."]


def test_users_with_view_permission_cannot_change_anything(
    staff_with: Callable[..., Client], store, job
):
    client = staff_with("view_vectorstore", "view_reembedding")

    run_action(client, "reembed", store, model="other")
    run_action(client, "cancel", job)

    assert Reembedding.objects.get().state == State.EMBEDDING
