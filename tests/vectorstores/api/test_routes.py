"""Every route: the access to it, and URLs that do not exist."""

from typing import Any

import pytest
from django.urls import get_resolver

from tests.client import ApiClient
from tests.vectorstores.api.answers import UNKNOWN_FILE, ok, refused
from tests.vectorstores.api.routes import (
    LISTS,
    OF_A_STORE,
    OF_AN_OBJECT,
    ROUTES,
    UNKNOWN,
    Route,
    create_objects,
)
from vectorstores.models import File, FileBatch, Upload, UploadPart, VectorStore, VectorStoreFile

every_route = pytest.mark.parametrize("route", ROUTES, ids=str)


def everything() -> list[object]:
    """Return all of the users' objects in the database."""
    models = File, VectorStore, VectorStoreFile, FileBatch, Upload, UploadPart
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_the_list_of_routes_is_complete():
    v1: Any = next(each for each in get_resolver().url_patterns if str(each.pattern) == "v1/")
    served = {
        (method.upper(), "/v1/" + str(each.pattern))
        for each in v1.url_patterns
        for method in each.callback.actions.keys() - {"head"}
    }

    names = {
        "{store}": "<str:vector_store_id>",
        "{file}": "<str:file_id>",
        "{upload}": "<str:upload_id>",
    }
    here = set()
    for route in ROUTES:
        path = route.path.replace("{batch}", "<str:batch_id>")
        for short, long in names.items():
            path = path.replace(short, long)
        here.add((route.method, path))
    assert here == served


@every_route
def test_every_route_requires_a_key(store, route: Route):
    ids = create_objects(store)
    before = everything()

    response = route.ask(ApiClient(), ids)

    assert refused(response, 401).startswith("You didn't provide an API key.")
    assert response["www-authenticate"] == "Bearer"
    assert everything() == before


@pytest.mark.parametrize("route", OF_AN_OBJECT, ids=str)
def test_objects_of_another_project_are_not_found(stranger, store, route: Route):
    ids = create_objects(store)
    before = everything()

    response = route.ask(stranger, ids)

    unknown = route.ask(stranger, UNKNOWN)
    assert response.status_code == unknown.status_code == 404
    assert words(response, ids) == words(unknown, UNKNOWN)
    assert everything() == before


def words(response, ids: dict[str, str]) -> dict:
    """Return an error without its ids, since missing and foreign objects must look the same."""
    error = response.json()["error"]
    for name, public_id in ids.items():
        error["message"] = error["message"].replace(public_id, name)
    return error


@pytest.mark.parametrize("route", LISTS, ids=str)
def test_lists_contain_no_objects_of_other_projects(stranger, store, route: Route):
    ids = create_objects(store)

    response = route.ask(stranger, ids)

    assert response.status_code == 404 or ok(response)["data"] == []


def test_a_cursor_of_another_project_is_unknown(stranger, store):
    ids = create_objects(store)

    refused(stranger.get("/v1/files", {"after": ids["file"]}), code="invalid_value", param="after")
    refused(
        stranger.get("/v1/vector_stores", {"after": ids["store"]}),
        code="invalid_value",
        param="after",
    )


@pytest.mark.parametrize("route", OF_AN_OBJECT, ids=str)
def test_a_malformed_id_is_unknown(api, store, route: Route):
    for junk in ("", "x", "0" * 33, "G" * 32, "é" * 22, "٣" * 22, "z" * 22, "%00", "..", " ", "'"):
        ids = {
            "store": f"vs_{junk}",
            "file": f"file-{junk}",
            "batch": f"vsfb_{junk}",
            "upload": f"upload_{junk}",
        }

        response = route.ask(api, ids)

        assert response.status_code == 404, junk


@pytest.mark.parametrize("route", OF_A_STORE, ids=str)
def test_an_id_of_another_kind_of_object_is_refused(api, store, route: Route):
    ids = {**create_objects(store), "store": UNKNOWN_FILE}

    message = refused(route.ask(api, ids), code="invalid_value", param="vector_store_id")

    assert message == (
        f"Invalid 'vector_store_id': '{UNKNOWN_FILE}'. Expected an ID that begins with 'vs_'."
    )


@every_route
def test_a_url_with_a_trailing_slash_is_unknown_and_does_not_redirect(api, store, route: Route):
    slashed = Route(route.method, route.path + "/", route.body)

    response = slashed.ask(api, create_objects(store))

    path = response.wsgi_request.path
    assert refused(response, 404) == f"Invalid URL ({route.method} {path})"


@every_route
def test_an_update_is_a_post_and_nothing_else(api, store, route: Route):
    ids = create_objects(store)
    before = everything()
    path = route.path.format(**ids)

    for method in ("PUT", "PATCH"):
        response = api.generic(method, path, b"{}", content_type="application/json")

        message = refused(response, 405, code="method_not_supported")
        assert message == f"Not allowed to {method} on {path}."
        assert route.method in response["allow"]
    assert everything() == before


@pytest.mark.parametrize("route", [route for route in ROUTES if route.method != "POST"], ids=str)
def test_a_request_without_a_body_can_be_labelled_as_json(api, store, route: Route):
    ids = create_objects(store)

    response = api.generic(
        route.method, route.path.format(**ids), b"", content_type="application/json"
    )

    assert response.status_code == 200
    response.close()
