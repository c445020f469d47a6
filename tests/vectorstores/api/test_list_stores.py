"""GET /v1/vector_stores"""

from datetime import timedelta

from django.utils import timezone

from tests.factories import StoreFileFactory, VectorStoreFactory
from tests.vectorstores.api.answers import ids, ok
from tests.vectorstores.published import searchable


def test_stores_are_listed_newest_first(api, project):
    older = VectorStoreFactory(project=project, name="older")
    newer = VectorStoreFactory(project=project, name="newer", metadata={"a": "b"})

    body = ok(api.get("/v1/vector_stores"))

    none = {"in_progress": 0, "completed": 0, "failed": 0, "cancelled": 0, "total": 0}
    assert body == {
        "object": "list",
        "data": [
            {
                "id": store.public_id,
                "object": "vector_store",
                "created_at": int(store.created_at.timestamp()),
                "name": store.name,
                "description": None,
                "usage_bytes": 0,
                "file_counts": none,
                "status": "completed",
                "expires_at": None,
                "last_active_at": int(store.last_active_at.timestamp()),
                "embedding_model": "hashing",
                "metadata": store.metadata,
            }
            for store in (newer, older)
        ],
        "first_id": newer.public_id,
        "last_id": older.public_id,
        "has_more": False,
    }


def test_the_list_is_empty_without_stores(api):
    assert ids(api.get("/v1/vector_stores")) == []


def test_each_store_has_its_own_counts(api, project):
    one, two = (VectorStoreFactory(project=project) for _ in range(2))
    found = searchable(one, "Wombats dig.")
    StoreFileFactory(vector_store=two)
    StoreFileFactory(vector_store=two)

    listed = {store["id"]: store for store in ok(api.get("/v1/vector_stores"))["data"]}

    assert listed[one.public_id]["file_counts"]["completed"] == 1
    assert listed[one.public_id]["usage_bytes"] == found.usage_bytes
    assert listed[two.public_id]["file_counts"]["in_progress"] == 2
    assert listed[two.public_id]["status"] == "in_progress"


def test_a_deleted_store_is_not_listed(api, project):
    VectorStoreFactory(project=project, deleted_at=timezone.now())

    assert ids(api.get("/v1/vector_stores")) == []


def test_an_expired_store_is_listed_as_expired(api, project):
    long_ago = timezone.now() - timedelta(days=8)
    VectorStoreFactory(
        project=project, expires_after_days=7, expires_at=timezone.now(), last_active_at=long_ago
    )

    (store,) = ok(api.get("/v1/vector_stores"))["data"]

    assert store["status"] == "expired"
    assert store["expires_after"] == {"anchor": "last_active_at", "days": 7}


def test_a_page_has_20_stores_by_default(api, project):
    VectorStoreFactory.create_batch(21, project=project)

    response = api.get("/v1/vector_stores")

    assert len(ids(response)) == 20
    assert response.json()["has_more"]
