from collections.abc import Callable

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import ApiKeyFactory, FileFactory, ProjectFactory, VectorStoreFactory
from tests.vectorstores.admin.pages import list_url, page_url
from vectorstores.models import Project


def test_a_project_is_created(operator: Client):
    operator.post(reverse("admin:vectorstores_project_add"), {"name": "Library"})

    assert Project.objects.get().name == "Library"


def test_a_project_is_renamed(operator: Client):
    project = ProjectFactory()

    operator.post(page_url(project), {"name": "Archive"})

    project.refresh_from_db()
    assert project.name == "Archive"


def test_the_list_counts_the_rows_of_each_project_without_deleted_ones(operator: Client):
    now = timezone.now()
    project = ProjectFactory()
    VectorStoreFactory(project=project)
    VectorStoreFactory(project=project, deleted_at=now)
    FileFactory.create_batch(2, project=project)
    FileFactory(project=project, expires_at=now)
    ApiKeyFactory.create_batch(3, project=project)
    ApiKeyFactory(project=project, revoked_at=now)

    row = operator.get(list_url("project")).context["cl"].result_list[0]

    assert (row.store_count, row.file_count, row.key_count) == (1, 2, 3)


def test_a_count_links_to_the_rows_it_counts(operator: Client):
    project = ProjectFactory()
    store, _ = VectorStoreFactory(project=project), VectorStoreFactory()
    link = f"{list_url('vectorstore')}?project__id__exact={project.pk}"

    page = operator.get(page_url(project))
    linked = operator.get(link)

    assert f'<a href="{link}">1</a>' in page.text
    assert list(linked.context["cl"].result_list) == [store]


def test_a_project_is_chosen_for_a_key_by_its_name(staff_with: Callable[..., Client]):
    ProjectFactory(name="Library")
    wanted = {"app_label": "vectorstores", "model_name": "apikey", "field_name": "project"}

    client = staff_with("view_project")
    response = client.get(reverse("admin:autocomplete"), wanted | {"term": "libr"})

    assert [result["text"] for result in response.json()["results"]] == ["Library"]
