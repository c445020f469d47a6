"""Behaviour that all lists and all pages of rows share."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    ApiKeyFactory,
    FileBatchFactory,
    FileFactory,
    ProjectFactory,
    ReembeddingFactory,
    StoreFileFactory,
    UploadFactory,
    UploadPartFactory,
    VectorStoreFactory,
)
from tests.vectorstores.admin.pages import list_url, page_url
from vectorstores.models import IndexBuild, StoreIndex


def wanted_index() -> StoreIndex:
    store = VectorStoreFactory()
    wanted: dict[str, Any] = {"generation": 1, "dimensions": 256, "chunks": 1, "rebuild": False}
    IndexBuild.objects.want(kind="vector", store_id=store.pk, now=timezone.now(), **wanted)
    return StoreIndex.objects.get(vector_store=store)


FACTORIES: dict[str, Any] = {
    "project": ProjectFactory,
    "apikey": ApiKeyFactory,
    "vectorstore": VectorStoreFactory,
    "vectorstorefile": StoreFileFactory,
    "filebatch": FileBatchFactory,
    "file": FileFactory,
    "reembedding": ReembeddingFactory,
    "upload": UploadFactory,
    "storeindex": wanted_index,
}
each_model = pytest.mark.parametrize("model", FACTORIES)


def full_row(model: str) -> Any:
    """Create a row, with the related rows that its page counts or names."""
    row = FACTORIES[model]()
    if model == "vectorstore":
        StoreFileFactory(vector_store=row, batch=FileBatchFactory(vector_store=row))
    if model == "filebatch":
        StoreFileFactory(vector_store=row.vector_store, batch=row)
    if model == "vectorstorefile":
        row.batch = FileBatchFactory(vector_store=row.vector_store)
        row.save()
    if model == "upload":
        UploadPartFactory(upload=row)
        row.file = FileFactory(project=row.project)
        row.save()
    if model == "project":
        StoreFileFactory(vector_store=VectorStoreFactory(project=row))
    return row


@each_model
def test_a_list_of_five_rows_takes_as_many_queries_as_a_list_of_one(operator: Client, model: str):
    full_row(model)
    operator.get(list_url(model))  # because content types are read once per process
    with CaptureQueriesContext(connection) as one:
        operator.get(list_url(model))
    for _ in range(4):
        full_row(model)

    with CaptureQueriesContext(connection) as five:
        response = operator.get(list_url(model))

    assert len(response.context["cl"].result_list) >= 5
    assert len(five) == len(one)


@each_model
def test_a_list_counts_its_rows_once(operator: Client, model: str):
    full_row(model)

    with CaptureQueriesContext(connection) as queries:
        operator.get(list_url(model), {"q": "nothing is called this"})

    counts = [query["sql"] for query in queries if query["sql"].startswith("SELECT COUNT(*)")]
    assert len(counts) == 1


@each_model
def test_every_row_has_a_page(operator: Client, model: str):
    row = full_row(model)

    response = operator.get(page_url(row))

    assert response.status_code == 200
    assert str(row) in response.text
    assert ">None<" not in response.text


@each_model
def test_only_the_name_of_a_project_can_be_saved(operator: Client, model: str):
    row = full_row(model)

    response = operator.post(page_url(row), {"name": "another"})

    assert response.status_code == (302 if model == "project" else 403)


@each_model
def test_only_projects_and_keys_can_be_added(operator: Client, model: str):
    response = operator.get(reverse(f"admin:vectorstores_{model}_add"))

    assert response.status_code == (200 if model in ("project", "apikey") else 403)
    assert ">None<" not in response.text


@each_model
def test_only_stores_and_files_can_be_deleted(operator: Client, model: str):
    row = FACTORIES[model]()

    response = operator.get(reverse(f"admin:vectorstores_{model}_delete", args=[row.pk]))

    deletable = model in ("vectorstore", "vectorstorefile", "file")
    assert response.status_code == (200 if deletable else 403)


@each_model
def test_staff_see_only_the_models_they_have_permission_for(
    staff_with: Callable[..., Client], model: str
):
    row = FACTORIES[model]()
    other = next(name for name in FACTORIES if name != model)
    client = staff_with(f"view_{model}")

    assert client.get(list_url(model)).status_code == 200
    assert client.get(page_url(row)).status_code == 200
    assert client.get(list_url(other)).status_code == 403


@each_model
def test_users_with_view_permission_are_offered_no_actions(
    staff_with: Callable[..., Client], model: str
):
    FACTORIES[model]()

    response = staff_with(f"view_{model}").get(list_url(model))

    assert response.context["action_form"] is None


@each_model
def test_anonymous_users_are_redirected_to_the_login(client: Client, model: str, db: None):
    response = client.get(list_url(model))

    assert response.headers["Location"].startswith(reverse("admin:login"))


@pytest.mark.parametrize("model", ["vectorstore", "vectorstorefile", "file"])
def test_deleted_rows_are_not_shown(operator: Client, model: str):
    row = FACTORIES[model](deleted_at=timezone.now())

    listed = operator.get(list_url(model)).context["cl"].result_list
    page = operator.get(page_url(row))

    assert list(listed) == []
    assert page.status_code == 302


@pytest.mark.parametrize("model", ["vectorstorefile", "filebatch"])
def test_the_contents_of_a_deleted_store_are_not_shown(operator: Client, model: str):
    FACTORIES[model](vector_store__deleted_at=timezone.now())

    listed = operator.get(list_url(model)).context["cl"].result_list

    assert list(listed) == []


def test_the_index_names_the_service_and_shows_its_own_pages_first(operator: Client):
    text = operator.get(reverse("admin:index")).text

    assert "vectorstores</a>" in text
    assert text.index("Vector stores") < text.index("Authentication and Authorization")
    assert f"{list_url('vectorstorefile')}?status__exact=failed" in text


def test_the_admins_stylesheet_is_served(client: Client, db: None):
    response = client.get("/static/admin/css/base.css")

    assert b"".join(response).startswith(b"/*")
    response.close()
