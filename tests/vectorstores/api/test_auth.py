"""Authentication by the key in a request's headers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.client import ApiClient
from tests.factories import ApiKeyFactory, FileFactory
from tests.vectorstores.api.answers import ids, ok, refused
from vectorstores.models import ApiKey


@pytest.fixture
def key(project) -> ApiKey:
    return ApiKeyFactory(project=project, secret="sk-0123456789-abcdef-wxyz")


def ask(**headers: str):
    return ApiClient(headers=headers).get("/v1/files")


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_bearer_key_gives_access_to_its_project(key, project, scheme):
    file = FileFactory(project=project)

    assert ids(ask(authorization=f"{scheme} sk-0123456789-abcdef-wxyz")) == [file.public_id]


def test_a_key_is_accepted_in_azures_header(key, project):
    file = FileFactory(project=project)

    response = ApiClient(headers={"api-key": "sk-0123456789-abcdef-wxyz"}).get("/v1/files")

    assert ids(response) == [file.public_id]


def test_each_key_sees_its_own_project(key):
    FileFactory()
    other = ApiKeyFactory(secret="sk-other")
    file = FileFactory(project=other.project)

    assert ids(ask(authorization="Bearer sk-other")) == [file.public_id]
    assert ids(ask(authorization="Bearer sk-0123456789-abcdef-wxyz")) == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": ""},
        {"authorization": "Bearer"},
        {"authorization": "Bearer  "},
        {"authorization": "Basic dXNlcjpwYXNz"},
        {"authorization": "sk-0123456789-abcdef-wxyz"},
        {"api-key": ""},
    ],
    ids=str,
)
def test_a_request_without_a_key_is_refused(key, headers):
    response = ApiClient(headers=headers).get("/v1/files")

    assert refused(response, 401).startswith("You didn't provide an API key.")
    assert response["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("sk-0123456789-abcdef-wrong", "sk-01234**************rong"),
        ("sk-0123456789-abcdef-wxyz2", "sk-01234**************xyz2"),
        ("SK-0123456789-ABCDEF-WXYZ", "SK-01234*************WXYZ"),
        ("user_provided", "user_pro*ided"),
        ("twelve_chars", "twe*"),
        ("short", "sho*"),
        ("é" * 20, "é" * 8 + "*" * 8 + "é" * 4),
        ("a\tb", "a\tb*"),
    ],
)
def test_an_unknown_key_is_refused_and_masked_in_the_message(key, sent, shown):
    message = refused(ask(authorization=f"Bearer {sent}"), 401, code="invalid_api_key")

    assert message.startswith(f"Incorrect API key provided: {shown}. ")


def test_a_revoked_key_is_refused_at_once(key):
    ok(ask(authorization="Bearer sk-0123456789-abcdef-wxyz"))

    ApiKey.objects.filter(pk=key.pk).revoke(timezone.now())

    refused(ask(authorization="Bearer sk-0123456789-abcdef-wxyz"), 401, code="invalid_api_key")


def test_the_last_use_of_a_key_is_recorded_at_most_once_a_minute(key, django_assert_num_queries):
    ok(ask(authorization="Bearer sk-0123456789-abcdef-wxyz"))
    key.refresh_from_db()
    first = key.last_used_at

    with django_assert_num_queries(
        1
    ):  # the files, since the key is not read through Django's cursor
        ok(ask(authorization="Bearer sk-0123456789-abcdef-wxyz"))

    key.refresh_from_db()
    assert key.last_used_at == first
    assert timezone.now() - first < timedelta(minutes=1)


def test_an_admin_session_gives_no_access_to_the_api(admin_client, project):
    FileFactory(project=project)

    refused(admin_client.get("/v1/files"), 401)
