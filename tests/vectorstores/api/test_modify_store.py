"""POST /v1/vector_stores/{vector_store_id}"""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import VectorStoreFactory
from tests.vectorstores.api.answers import ok, refused
from tests.vectorstores.published import searchable
from vectorstores.models import VectorStore

THREE_DAYS = {"expires_after": {"anchor": "last_active_at", "days": 3}}


@pytest.fixture
def url(store: VectorStore) -> str:
    return f"/v1/vector_stores/{store.public_id}"


def test_a_store_gets_a_new_name_metadata_and_expiry(api, store, url):
    found = searchable(store, "Wombats dig.")

    body = ok(
        api.post(
            url,
            {
                "name": "renamed",
                "metadata": {"a": "b"},
                **THREE_DAYS,
            },
        )
    )

    last_active_at = int(store.last_active_at.timestamp())
    assert body == {
        "id": store.public_id,
        "object": "vector_store",
        "created_at": int(store.created_at.timestamp()),
        "name": "renamed",
        "description": None,
        "usage_bytes": found.usage_bytes,
        "file_counts": {
            "in_progress": 0,
            "completed": 1,
            "failed": 0,
            "cancelled": 0,
            "total": 1,
        },
        "status": "completed",
        "expires_after": {"anchor": "last_active_at", "days": 3},
        "expires_at": last_active_at + 3 * 86400,
        "last_active_at": last_active_at,
        "metadata": {"a": "b"},
        "embedding_model": "hashing",
    }
    assert ok(api.get(url)) == body


def test_a_client_cannot_change_the_embedding_model(api, store, url):
    response = api.post(url, {"embedding_model": "hashing"})

    message = refused(response, code="unknown_parameter", param="embedding_model")
    assert message == "Unknown parameter: 'embedding_model'."


def test_fields_that_are_not_sent_do_not_change(api, project):
    store = VectorStoreFactory(project=project, name="kept", metadata={"kept": "too"})
    url = f"/v1/vector_stores/{store.public_id}"
    before = ok(api.get(url))

    assert ok(api.post(url, {})) == before
    assert ok(api.post(url)) == before
    assert ok(api.post(url, {"name": "new"})) == {**before, "name": "new"}


def test_metadata_is_replaced_as_a_whole(api, project):
    store = VectorStoreFactory(project=project, metadata={"old": "1", "both": "1"})

    body = ok(api.post(f"/v1/vector_stores/{store.public_id}", {"metadata": {"both": "2"}}))

    assert body["metadata"] == {"both": "2"}


def test_a_policy_counts_from_the_last_activity(api, project):
    idle_since = timezone.now() - timedelta(days=2)
    store = VectorStoreFactory(project=project, last_active_at=idle_since)

    body = ok(api.post(f"/v1/vector_stores/{store.public_id}", THREE_DAYS))

    assert body["last_active_at"] == int(idle_since.timestamp())
    assert body["expires_at"] == body["last_active_at"] + 3 * 86400


def test_a_policy_that_is_already_overdue_counts_from_now(api, project):
    idle_since = timezone.now() - timedelta(days=30)
    store = VectorStoreFactory(project=project, last_active_at=idle_since)
    searchable(store, "Wombats dig.")
    url = f"/v1/vector_stores/{store.public_id}"

    body = ok(api.post(url, THREE_DAYS))

    assert body["status"] == "completed"
    assert abs(body["last_active_at"] - timezone.now().timestamp()) < 60
    assert body["expires_at"] == body["last_active_at"] + 3 * 86400
    assert ok(api.post(f"{url}/search", {"query": "wombats"}))["data"]


def test_null_clears(api, project):
    soon = timezone.now() + timedelta(days=1)
    store = VectorStoreFactory(
        project=project, name="x", metadata={"a": "b"}, expires_after_days=1, expires_at=soon
    )

    body = ok(
        api.post(
            f"/v1/vector_stores/{store.public_id}",
            {"name": None, "metadata": None, "expires_after": None},
        )
    )

    assert (body["name"], body["metadata"], body["expires_at"]) == ("", {}, None)
    assert "expires_after" not in body


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        ({"description": "x"}, "unknown_parameter", "description"),
        ({"file_ids": []}, "unknown_parameter", "file_ids"),
        ({"name": True}, "invalid_type", "name"),
        ({"metadata": {"k": 1}}, "invalid_type", "metadata.k"),
        ({"expires_after": {"days": 1}}, "missing_required_parameter", "expires_after.anchor"),
        (
            {"expires_after": {"anchor": "last_active_at", "days": 1, "hours": 1}},
            "unknown_parameter",
            "expires_after.hours",
        ),
    ],
)
def test_an_invalid_body_changes_nothing(api, url, body, code, param):
    before = ok(api.get(url))

    refused(api.post(url, {"name": "new", **body}), code=code, param=param)

    assert ok(api.get(url)) == before


def test_an_expired_store_is_not_revived_by_a_new_policy(api, store, url):
    VectorStore.objects.update(
        expires_after_days=1, expires_at=timezone.now() - timedelta(seconds=1)
    )

    message = refused(api.post(url, {"expires_after": None}))

    assert message == f"Vector store '{store.public_id}' has expired"
    assert api.get(url).json()["status"] == "expired"
