"""The headers that every response carries."""

import re

import pytest

from tests.factories import FileFactory
from tests.vectorstores.api.routes import ROUTES, UNKNOWN, Route, create_objects


def check_headers(response) -> None:
    assert re.fullmatch(r"req_[0-9a-f]{32}", response["x-request-id"])
    assert response["openai-processing-ms"].isdecimal()
    assert response["openai-version"] == "2020-10-01"


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_every_response_carries_the_headers(api, store, route: Route):
    response = route.ask(api, create_objects(store))

    check_headers(response)
    response.close()


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_every_error_carries_the_headers(stranger, db, route: Route):
    check_headers(route.ask(stranger, UNKNOWN))


def test_errors_of_django_itself_carry_the_headers(api, client, settings):
    check_headers(client.get("/v1/nothing"))
    check_headers(client.get("/v1/files"))
    check_headers(api.put("/v1/files"))
    settings.ALLOWED_HOSTS = ["here.example"]
    check_headers(client.get("/v1/files"))


@pytest.mark.urls("tests.vectorstores.api.broken_urls")
def test_the_answer_to_a_bug_carries_the_headers(api):
    api.raise_request_exception = False

    check_headers(api.get("/v1/broken"))


def test_no_two_requests_share_an_id(api):
    ids = {api.get("/v1/files")["x-request-id"] for _ in range(5)}

    assert len(ids) == 5


def test_downloads_carry_the_headers(api, project):
    file = FileFactory(project=project)

    response = api.get(f"/v1/files/{file.public_id}/content")

    check_headers(response)
    response.close()
