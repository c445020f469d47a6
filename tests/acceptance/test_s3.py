"""File bytes in an S3 bucket, on an S3 server of this machine."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from moto.server import ThreadedMotoServer

from config.storage_url import storages_from_url
from ingestion import worker
from tests.client import ApiClient
from tests.factories import UploadFactory
from vectorstores import maintenance
from vectorstores.models import Chunk, File, Project, Upload, VectorStore

# boto asks for the time in a way that newer Pythons frown on.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
def bucket(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator["boto3.resources.base.ServiceResource"]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    s3 = boto3.resource("s3", endpoint_url=endpoint, region_name="us-east-1")
    settings.STORAGES = {
        **settings.STORAGES,
        "default": storages_from_url(
            f"s3://files/kept?endpoint_url={endpoint}&region_name=us-east-1"
        ),
    }
    try:
        yield s3.create_bucket(Bucket="files")
    finally:
        server.stop()


def test_a_file_is_kept_ingested_and_read_back(
    api: ApiClient, store: VectorStore, bucket, monkeypatch: pytest.MonkeyPatch
):
    # A claim cannot be renewed from another connection, which does not see this transaction; and
    # the first file of a process waits for the sandbox, which may take a second.
    monkeypatch.setattr("ingestion.claims._TICK", 60.0)
    upload = SimpleUploadedFile("wombats.txt", b"Wombats dig long burrows.")

    form = {"file": upload, "purpose": "assistants"}
    file = api.post("/v1/files", form, format="multipart").json()
    api.post(f"/v1/vector_stores/{store.public_id}/files", {"file_id": file["id"]})
    worker.run_turn(bulk=True)

    (kept,) = bucket.objects.all()
    assert kept.key.startswith(f"kept/{store.project.pk.hex}/")
    assert Chunk.objects.get().text == "Wombats dig long burrows."
    content: Any = api.get(f"/v1/files/{file['id']}/content")
    assert b"".join(content.streaming_content) == b"Wombats dig long burrows."


def test_parts_are_joined_into_one_object(api: ApiClient, project: Project, bucket):
    # Large enough for S3's own parts, of which all but the last must have 5 MB.
    contents = [bytes([number]) * 7_000_000 for number in range(3)]
    upload = UploadFactory(project=project, bytes=21_000_000)

    part_ids = [add_part(api, upload, content) for content in contents]
    body = {"part_ids": part_ids}
    file = api.post(f"/v1/uploads/{upload.public_id}/complete", body).json()["file"]

    maintenance.purge(timezone.now(), tombstone_age=timedelta(hours=1))
    (kept,) = bucket.objects.filter(Prefix=f"kept/{project.pk.hex}/")
    assert kept.key == f"kept/{File.objects.get().content.name}"
    assert kept.get()["Body"].read() == b"".join(contents)
    assert file["bytes"] == kept.size


def add_part(api: ApiClient, upload: Upload, content: bytes) -> str:
    form = {"data": SimpleUploadedFile("upload", content)}
    part = api.post(f"/v1/uploads/{upload.public_id}/parts", form, format="multipart")
    return str(part.json()["id"])
