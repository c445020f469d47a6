"""POST /v1/uploads/{upload_id}/cancel"""

import pytest
from django.utils import timezone

from tests.factories import UploadFactory
from tests.vectorstores.api.answers import UNKNOWN_UPLOAD, ok, refused
from tests.vectorstores.api.parts import cancel, complete, send, send_all
from vectorstores.models import File, Upload


@pytest.fixture
def upload(project) -> Upload:
    return UploadFactory(project=project)


def test_an_upload_is_cancelled(api, upload):
    body = ok(cancel(api, upload))

    assert body == {
        "id": upload.public_id,
        "object": "upload",
        "bytes": 12,
        "created_at": int(upload.created_at.timestamp()),
        "filename": upload.filename,
        "purpose": "assistants",
        "status": "cancelled",
        "expires_at": int(upload.created_at.timestamp()) + 3600,
    }


def test_cancelling_twice_gives_the_same_answer(api, upload):
    first = ok(cancel(api, upload))
    cancelled_at = Upload.objects.get().cancelled_at

    assert ok(cancel(api, upload)) == first
    assert Upload.objects.get().cancelled_at == cancelled_at


def test_a_cancelled_upload_stays_cancelled_after_its_hour(api, upload):
    ok(cancel(api, upload))
    Upload.objects.update(expires_at=timezone.now())

    assert ok(cancel(api, upload))["status"] == "cancelled"


def test_a_cancelled_upload_accepts_no_parts_and_no_completion(api, upload):
    part_ids = send_all(api, upload, b"Wombats dig.")
    ok(cancel(api, upload))

    messages = [
        refused(send(api, upload, b"x"), param="upload_id"),
        refused(complete(api, upload, part_ids), param="upload_id"),
    ]

    assert messages == [f"Upload '{upload.public_id}' was cancelled."] * 2
    assert not File.objects.exists()


def test_a_completed_upload_is_not_cancelled(api, upload):
    ok(complete(api, upload, send_all(api, upload, b"Wombats dig.")))

    message = refused(cancel(api, upload), param="upload_id")

    assert message == f"Upload '{upload.public_id}' is already completed."
    assert File.objects.get().deleted_at is None


def test_an_expired_upload_is_not_cancelled(api, upload):
    Upload.objects.update(expires_at=timezone.now())

    message = refused(cancel(api, upload), param="upload_id")

    assert message == f"Upload '{upload.public_id}' has expired."
    assert Upload.objects.get().cancelled_at is None


def test_cancelling_accepts_no_parameters(api, upload):
    message = refused(cancel(api, upload, now=True), code="unknown_parameter", param="now")

    assert message == "Unknown parameter: 'now'."
    assert Upload.objects.get().cancelled_at is None


def test_an_unknown_upload_is_named(api):
    response = api.post(f"/v1/uploads/{UNKNOWN_UPLOAD}/cancel")

    assert refused(response, 404, param="id") == f"No such Upload object: {UNKNOWN_UPLOAD}"
