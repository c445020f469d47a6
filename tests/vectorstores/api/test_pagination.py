"""Cursor pagination of every list."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import (
    FileBatchFactory,
    FileFactory,
    StoreFileFactory,
    VectorStoreFactory,
)
from tests.vectorstores.api.answers import ids, ok, refused
from vectorstores.models import VectorStore, VectorStoreFile

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def url(store) -> str:
    return f"/v1/vector_stores/{store.public_id}/files"


@pytest.fixture
def five(store) -> list[str]:
    """Create five files in the store, and return their ids, oldest first."""
    return [
        StoreFileFactory(
            vector_store=store, created_at=START + timedelta(minutes=number)
        ).file.public_id
        for number in range(5)
    ]


@pytest.mark.parametrize(
    ("asked", "wanted", "has_more"),
    [
        ({}, "43210", False),
        ({"order": "asc"}, "01234", False),
        ({"limit": 2}, "43", True),
        ({"limit": 5}, "43210", False),
        ({"order": "asc", "limit": 2}, "01", True),
        ({"after": "3"}, "210", False),
        ({"after": "3", "limit": 2}, "21", True),
        ({"after": "3", "limit": 3}, "210", False),
        ({"after": "0"}, "", False),
        ({"after": "1", "order": "asc"}, "234", False),
        ({"after": "1", "order": "asc", "limit": 1}, "2", True),
        ({"before": "1"}, "432", False),
        ({"before": "1", "limit": 2}, "32", True),
        ({"before": "1", "limit": 3}, "432", False),
        ({"before": "4"}, "", False),
        ({"before": "3", "order": "asc", "limit": 2}, "12", True),
        ({"before": "3", "order": "asc"}, "012", False),
        ({"after": "4", "before": "0"}, "321", False),
        ({"after": "4", "before": "0", "limit": 2}, "32", True),
        ({"after": "4", "before": "0", "limit": 3}, "321", False),
        ({"after": "0", "before": "4", "order": "asc"}, "123", False),
        ({"after": "0", "before": "4"}, "", False),
        ({"after": "2", "before": "2"}, "", False),
    ],
    ids=str,
)
def test_a_page_follows_its_parameters(api, url, five, asked, wanted, has_more):
    cursors = {key: five[int(value)] for key, value in asked.items() if key in ("after", "before")}

    response = api.get(url, {**asked, **cursors})

    assert ids(response) == [five[int(digit)] for digit in wanted]
    assert response.json()["has_more"] is has_more


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("limit", [1, 2, 3, 5, 100])
def test_paging_with_after_shows_each_item_once(api, url, five, order, limit):
    seen: list[str] = []
    more = True
    while more:
        after = {"after": seen[-1]} if seen else {}
        response = api.get(url, {"order": order, "limit": limit, **after})
        seen += ids(response)
        more = response.json()["has_more"]

    assert seen == (five if order == "asc" else five[::-1])


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_paging_with_before_shows_each_item_once(api, url, five, order):
    wanted = five if order == "asc" else five[::-1]
    seen = [wanted[-1]]
    more = True
    while more:
        response = api.get(url, {"order": order, "limit": 2, "before": seen[0]})
        seen = ids(response) + seen
        more = response.json()["has_more"]

    assert seen == wanted


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_items_created_at_the_same_time_are_each_shown_once(api, project, order):
    made = [VectorStoreFactory(project=project, created_at=START) for _ in range(7)]
    seen: list[str] = []
    more = True
    while more:
        after = {"after": seen[-1]} if seen else {}
        response = api.get("/v1/vector_stores", {"order": order, "limit": 2, **after})
        seen += ids(response)
        more = response.json()["has_more"]

    assert sorted(seen) == sorted(store.public_id for store in made)
    assert seen == sorted(seen, reverse=order == "desc")


def test_a_client_can_delete_items_while_it_pages(api, url, five):
    seen: list[str] = []
    more = True
    while more:
        after = {"after": seen[-1]} if seen else {}
        response = api.get(url, {"limit": 2, **after})
        for file_id in ids(response):
            ok(api.delete(f"{url}/{file_id}"))
            seen.append(file_id)
        more = response.json()["has_more"]

    assert seen == five[::-1]
    assert ids(api.get(url)) == []


@pytest.mark.parametrize("name", ["after", "before"])
def test_every_list_accepts_a_deleted_item_as_cursor(api, project, store, name):
    now = timezone.now()
    batch = FileBatchFactory(vector_store=store)
    store_file = StoreFileFactory(vector_store=store, batch=batch, deleted_at=now)
    other = VectorStoreFactory(project=project, deleted_at=now)
    base = f"/v1/vector_stores/{store.public_id}"

    for path, cursor in (
        ("/v1/vector_stores", other.public_id),
        (f"{base}/files", store_file.file.public_id),
        (f"{base}/file_batches/{batch.public_id}/files", store_file.file.public_id),
    ):
        assert ok(api.get(path, {name: cursor}))["object"] == "list"


def test_the_list_of_files_accepts_a_deleted_file_as_cursor(api, project):
    older, gone, _newer = FileFactory.create_batch(3, project=project)
    ok(api.delete(f"/v1/files/{gone.public_id}"))

    assert ids(api.get("/v1/files", {"after": gone.public_id})) == [older.public_id]


def test_a_filtered_list_accepts_a_cursor_that_no_longer_matches(api, store, url, five):
    # Because a client that waits for files lists those in progress while they complete.
    first = ids(api.get(url, {"filter": "in_progress", "limit": 2}))
    VectorStoreFile.objects.filter(vector_store=store).update(status="completed")
    StoreFileFactory(vector_store=store, created_at=START - timedelta(minutes=1))

    rest = ids(api.get(url, {"filter": "in_progress", "after": first[-1]}))

    assert len(rest) == 1
    assert rest[0] not in five


def test_a_new_item_does_not_shift_the_pages_behind_it(api, store, url, five):
    first = ids(api.get(url, {"limit": 2}))
    StoreFileFactory(vector_store=store)

    assert ids(api.get(url, {"limit": 2, "after": first[-1]})) == [five[2], five[1]]


LISTS = ["/v1/files", "/v1/vector_stores", "{store}/files", "{store}/file_batches/{batch}/files"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"limit": "0"}, "integer_below_min_value"),
        ({"limit": "-1"}, "integer_below_min_value"),
        ({"limit": "10001"}, "integer_above_max_value"),
        ({"limit": "9" * 18}, "integer_above_max_value"),
        ({"limit": "abc"}, "invalid_type"),
        ({"limit": ""}, "invalid_type"),
        ({"limit": "5.0"}, "invalid_type"),
        ({"limit": "1e2"}, "invalid_type"),
        ({"limit": "--5"}, "invalid_type"),
        ({"limit": "\u0665"}, "invalid_type"),
        ({"limit": "9" * 5000}, "invalid_type"),
        ({"limit": "null"}, "invalid_type"),
        ({"order": "ASC"}, "invalid_value"),
        ({"order": ""}, "invalid_value"),
        ({"order": "created_at"}, "invalid_value"),
        ({"after": "nonsense"}, "invalid_value"),
        ({"after": ""}, "invalid_value"),
        ({"after": "\x00"}, "invalid_value"),
        ({"after": "vs_' OR 1=1 --"}, "invalid_value"),
        ({"page": "2"}, "unknown_parameter"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_every_list_refuses_invalid_parameters(api, store, asked, code):
    batch = FileBatchFactory(vector_store=store)

    for path in LISTS:
        url = path.format(store=f"/v1/vector_stores/{store.public_id}", batch=batch.public_id)
        refused(api.get(url, asked), code=code, param=next(iter(asked)))


def test_a_limit_above_100_is_refused_with_openais_message(api):
    message = refused(
        api.get("/v1/vector_stores", {"limit": 101}),
        code="integer_above_max_value",
        param="limit",
    )

    assert message == (
        "Invalid 'limit': integer above maximum value. Expected a value <= 100, "
        "but got 101 instead."
    )


def test_an_unknown_cursor_is_named(api):
    cursor = "vs_" + "0" * 32

    message = refused(
        api.get("/v1/vector_stores", {"after": cursor}), code="invalid_value", param="after"
    )

    assert message == f"Invalid 'after': no item of this list has the id '{cursor}'."


def test_a_file_of_another_store_is_not_a_cursor(api, project, url):
    other = StoreFileFactory(vector_store=VectorStoreFactory(project=project))

    refused(api.get(url, {"after": other.file.public_id}), code="invalid_value", param="after")


@pytest.mark.parametrize("path", LISTS)
def test_a_list_of_any_length_takes_the_same_number_of_queries(api, project, store, path):
    batch = FileBatchFactory(vector_store=store)
    url = path.format(store=f"/v1/vector_stores/{store.public_id}", batch=batch.public_id)

    def add() -> None:
        other = VectorStoreFactory(project=project)
        StoreFileFactory(vector_store=other)
        StoreFileFactory(vector_store=store, batch=batch)

    def count(at_least: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert len(ids(api.get(url))) >= at_least
        return len(queries)

    add()
    count(1)  # which also records the key's use
    few = count(1)
    for _ in range(9):
        add()

    assert count(10) == few
    assert few <= 4  # the key, the store, the batch, the list


def test_stores_are_listed_from_their_index_without_a_sort(project):
    # The cost of a page must not grow with the table, so the plan is checked on a large one.
    VectorStore.objects.bulk_create(VectorStoreFactory.build_batch(2000, project=project))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE vectorstores_vectorstore")

    page = VectorStore.objects.in_project(project).live().order_by("-created_at", "-pk")[:21]

    assert "vector_store_page" in page.explain()
    assert "Sort" not in page.explain()
