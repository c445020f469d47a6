"""The samples in the API's document, pasted and run as a newcomer would, against a live service."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live import ROOT, Service, StartService
from tests.vectorstores.api.openapi.documented import OPERATIONS
from vectorstores.api.openapi.operations import sample

MANUAL = ROOT / "docs/samples/heron-manual.pdf"


@pytest.fixture(scope="module")
def live(whole_service: StartService) -> Iterator[Service]:
    with whole_service(
        EMBEDDING_BACKEND="hashing", EMBEDDING_MODEL_ALIASES=sample.MODEL, RATE_LIMITS="false"
    ) as running:
        yield running


@pytest.fixture
def ids(live: Service) -> dict[str, str]:
    """Create what the samples name. Return its ids by those in the document."""
    client, pdf = live.client, MANUAL.read_bytes()
    file, other = (
        client.files.create(file=("heron-manual.pdf", pdf), purpose="assistants") for _ in "12"
    )
    store = client.vector_stores.create(name="Manuals")
    client.vector_stores.files.create_and_poll(file.id, vector_store_id=store.id)
    batch = client.vector_stores.file_batches.create(store.id, file_ids=[file.id])
    upload = client.uploads.create(
        filename="a.pdf", purpose="assistants", bytes=2 * len(pdf), mime_type="application/pdf"
    )
    part, other_part = (client.uploads.parts.create(upload.id, data=pdf) for _ in "12")
    return {
        sample.FILE: file.id,
        sample.OTHER_FILE: other.id,
        sample.STORE: store.id,
        sample.BATCH: batch.id,
        sample.UPLOAD: upload.id,
        sample.PART: part.id,
        sample.OTHER_PART: other_part.id,
    }


@pytest.fixture
def desk(live: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to a folder with the manual, with the address and the key in the environment."""
    shutil.copy(MANUAL, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_BASE_URL", live.url)
    monkeypatch.setenv("OPENAI_API_KEY", live.api_key)
    return tmp_path


def code(operation: str, lang: str, ids: dict[str, str]) -> str:
    """Return the operation's sample with real ids."""
    [text] = [
        each["source"] for each in OPERATIONS[operation]["x-codeSamples"] if each["lang"] == lang
    ]
    for ours, real in ids.items():
        text = text.replace(ours, real)
    return str(text)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_sample_for_curl_succeeds(operation: str, ids: dict[str, str], desk: Path):
    (desk / ".curlrc").write_text("fail-with-body\nsilent\nshow-error\n")

    done = subprocess.run(
        ["bash", "-c", code(operation, "Shell", ids)],
        env={**os.environ, "CURL_HOME": str(desk)},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_sample_for_python_succeeds(operation: str, ids: dict[str, str], desk: Path):
    namespace: dict[str, object] = {}

    exec(compile(code(operation, "Python", ids), operation, "exec"), namespace)

    assert all(getattr(each, "status", None) != "failed" for each in namespace.values())


def test_a_sample_that_fails_is_noticed(ids: dict[str, str], desk: Path):
    with pytest.raises(Exception, match="No such File object"):
        exec(code("retrieveFile", "Python", {sample.FILE: f"{ids[sample.FILE][:-1]}0"}), {})


@pytest.mark.parametrize("operation", OPERATIONS)
def test_its_description_shows_both_samples(operation: str):
    described = OPERATIONS[operation]

    assert all(each["source"] in described["description"] for each in described["x-codeSamples"])
    assert len(described["description"].split("```")[0]) > 100
