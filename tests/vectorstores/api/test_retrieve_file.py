"""GET /v1/files/{file_id}"""

from datetime import timedelta

from django.utils import timezone

from tests.factories import FileFactory
from tests.vectorstores.api.answers import UNKNOWN_FILE, ok, refused


def test_a_file_is_returned(api, project):
    file = FileFactory(project=project, filename="wombats.txt", text="four", purpose="user_data")

    assert ok(api.get(f"/v1/files/{file.public_id}")) == {
        "id": file.public_id,
        "object": "file",
        "bytes": 4,
        "created_at": int(file.created_at.timestamp()),
        "filename": "wombats.txt",
        "purpose": "user_data",
        "status": "processed",
    }


def test_a_file_with_an_expiry_shows_it(api, project):
    file = FileFactory(project=project, expires_at=timezone.now() + timedelta(days=1))

    body = ok(api.get(f"/v1/files/{file.public_id}"))

    assert body["expires_at"] == int(file.expires_at.timestamp())


def test_an_unknown_file_is_named(api):
    response = api.get(f"/v1/files/{UNKNOWN_FILE}")

    assert refused(response, 404, param="id") == f"No such File object: {UNKNOWN_FILE}"


def test_an_expired_file_is_not_found(api, project):
    file = FileFactory(project=project, expires_at=timezone.now())

    refused(api.get(f"/v1/files/{file.public_id}"), 404, param="id")
