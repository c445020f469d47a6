"""GET /v1/files"""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import FileFactory
from tests.vectorstores.api.answers import ids, ok, refused


def test_files_are_listed_newest_first(api, project):
    older = FileFactory(project=project, filename="a.txt", text="one")
    newer = FileFactory(project=project, filename="b.txt", text="three")

    body = ok(api.get("/v1/files"))

    assert body == {
        "object": "list",
        "data": [
            {
                "id": file.public_id,
                "object": "file",
                "bytes": file.bytes,
                "created_at": int(file.created_at.timestamp()),
                "filename": file.filename,
                "purpose": "assistants",
                "status": "processed",
            }
            for file in (newer, older)
        ],
        "first_id": newer.public_id,
        "last_id": older.public_id,
        "has_more": False,
    }


def test_the_list_is_empty_without_files(api):
    assert ok(api.get("/v1/files")) == {
        "object": "list",
        "data": [],
        "first_id": None,
        "last_id": None,
        "has_more": False,
    }


def test_files_can_be_filtered_by_purpose(api, project):
    FileFactory(project=project)
    wanted = FileFactory(project=project, purpose="vision")

    assert ids(api.get("/v1/files", {"purpose": "vision"})) == [wanted.public_id]
    assert ids(api.get("/v1/files", {"purpose": "no such purpose"})) == []


def test_deleted_and_expired_files_are_not_listed(api, project):
    now = timezone.now()
    FileFactory(project=project, deleted_at=now)
    FileFactory(project=project, expires_at=now)
    kept = FileFactory(project=project, expires_at=now + timedelta(hours=1))

    body = ok(api.get("/v1/files"))

    assert [file["id"] for file in body["data"]] == [kept.public_id]
    assert body["data"][0]["expires_at"] == int(kept.expires_at.timestamp())


def test_the_default_page_of_files_is_far_longer_than_other_lists(api):
    assert ids(api.get("/v1/files", {"limit": 10_000})) == []
    assert "Expected a value <= 10000, but got 10001" in refused(
        api.get("/v1/files", {"limit": 10_001}), code="integer_above_max_value", param="limit"
    )


def test_files_can_only_be_paged_forwards(api, project):
    file = FileFactory(project=project)

    refused(
        api.get("/v1/files", {"before": file.public_id}), code="unknown_parameter", param="before"
    )


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_after_continues_behind_a_file(api, project, order):
    made = [FileFactory(project=project).public_id for _ in range(5)]
    wanted = made if order == "asc" else made[::-1]

    response = api.get("/v1/files", {"after": wanted[1], "order": order, "limit": 2})

    assert ids(response) == wanted[2:4]
    assert response.json()["has_more"]
