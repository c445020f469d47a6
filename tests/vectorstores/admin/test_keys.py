import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from tests.client import ApiClient
from tests.factories import ApiKeyFactory, ProjectFactory
from tests.vectorstores.admin.pages import list_url, messages_of, page_url, run_action
from vectorstores.models import ApiKey, Project

ADD = reverse("admin:vectorstores_apikey_add")


def create_key(client: Client, project: Project) -> Any:
    return client.post(ADD, {"project": str(project.pk), "name": "laptop"})


def secret_in(response: Any) -> str:
    (secret,) = re.findall(r"<code>(sk-[\w-]+)</code>", response.text)
    return secret


def test_the_secret_of_a_new_key_opens_the_api(operator: Client):
    project = ProjectFactory()

    secret = secret_in(create_key(operator, project))

    key = ApiKey.objects.get()
    client = ApiClient(headers={"Authorization": f"Bearer {secret}"})
    assert (key.project, key.name) == (project, "laptop")
    assert client.get("/v1/files").status_code == 200


def test_the_secret_is_shown_once_and_not_stored(
    operator: Client, caplog: pytest.LogCaptureFixture
):
    response = create_key(operator, ProjectFactory())

    secret = secret_in(response)
    key = ApiKey.objects.get()
    (session,) = Session.objects.all()
    assert secret not in operator.get(list_url("apikey")).text
    assert secret not in operator.get(page_url(key)).text
    assert secret not in "".join(map(str, operator.cookies.values()))
    assert secret not in str(session.get_decoded())
    assert secret not in LogEntry.objects.get().object_repr
    assert secret not in caplog.text
    assert "no-store" in response.headers["Cache-Control"]


def test_the_history_names_the_new_key(operator: Client):
    create_key(operator, ProjectFactory())

    key, entry = ApiKey.objects.get(), LogEntry.objects.get()

    assert (entry.object_id, entry.object_repr) == (str(key.pk), str(key))


def test_a_key_without_a_name_is_not_created(operator: Client):
    response = operator.post(ADD, {"project": str(ProjectFactory().pk), "name": ""})

    assert "This field is required." in response.text
    assert not ApiKey.objects.exists()


def test_the_digest_is_never_shown(operator: Client):
    key = ApiKeyFactory()

    assert key.digest not in operator.get(list_url("apikey")).text
    assert key.digest not in operator.get(page_url(key)).text


def test_revoking_reports_how_many_keys_were_revoked(operator: Client):
    keys = ApiKeyFactory.create_batch(2)
    ApiKey.objects.filter(pk=keys[0].pk).revoke(keys[0].created_at)

    response = run_action(operator, "revoke", *keys)

    assert messages_of(response) == ["1 API key was revoked and no longer works."]
    assert not ApiKey.objects.filter(revoked_at=None).exists()


def test_a_revoked_key_no_longer_opens_the_api(operator: Client):
    key = ApiKeyFactory(secret="sk-of-somebody-who-left")
    client = ApiClient(headers={"Authorization": "Bearer sk-of-somebody-who-left"})

    run_action(operator, "revoke", key)

    assert client.get("/v1/files").status_code == 401


@pytest.mark.parametrize(("permission", "revoked"), [("view", False), ("change", True)])
def test_revoking_requires_the_change_permission(
    staff_with: Callable[..., Client], permission: str, revoked: bool
):
    key = ApiKeyFactory()

    run_action(staff_with(f"{permission}_apikey"), "revoke", key)

    key.refresh_from_db()
    assert (key.revoked_at is not None) == revoked


def test_creating_a_key_requires_the_add_permission(staff_with: Callable[..., Client]):
    response = create_key(staff_with("change_apikey"), ProjectFactory())

    assert response.status_code == 403
    assert not ApiKey.objects.exists()
