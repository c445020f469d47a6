"""A worker's turn where stores have different models: each is served, and fails, alone."""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone
from pytest_django import Settings

from benchmarks.stub_embedder import Fault, StubEmbedder
from ingestion import embedding, worker
from ingestion.embedding import pacing
from tests.factories import FileFactory, StoreFileFactory, VectorStoreFactory
from tests.remote_embedder import remote_embedder
from vectorstores.breakers import shared
from vectorstores.embeddings import availability, get_embedder
from vectorstores.embeddings.errors import EmbeddingUnavailable
from vectorstores.models import ChunkEmbedding, Project, Status, VectorStore, VectorStoreFile

pytestmark = pytest.mark.usefixtures("unheeded")

SECOND = timedelta(seconds=1)
AN_HOUR = 3600.0


@pytest.fixture(autouse=True)
def anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start as a fresh process that gives up soon."""
    monkeypatch.setattr(worker, "_last_project", {})
    monkeypatch.setattr(worker, "WORKER_TURN", 60.0)
    monkeypatch.setattr(embedding, "limits", {})
    monkeypatch.setattr(shared, "scripts", shared.Scripts())
    monkeypatch.setattr(shared, "FRESH", 0.0)
    monkeypatch.setattr(shared, "SPAN", 0.0)
    monkeypatch.setattr(pacing, "PATIENCE", 0.5)
    monkeypatch.setattr(pacing, "FIRST_WAIT", 0.01)


@pytest.fixture
def gpu(settings: Settings) -> Iterator[StubEmbedder]:
    with remote_embedder(settings, "gpu") as stub:
        yield stub


@pytest.fixture
def cpu(settings: Settings) -> Iterator[StubEmbedder]:
    with remote_embedder(settings, "cpu") as stub:
        yield stub


def store_for(model: str, project: Project) -> VectorStore:
    return VectorStoreFactory(
        project=project,
        embedding_model=model,
        embedding_dimensions=get_embedder(model).dimensions,
    )


def attached(store: VectorStore, text: str, **fields: object) -> VectorStoreFile:
    file = FileFactory(project=store.project, text=text)
    fields = {"due_at": timezone.now() - SECOND} | fields
    return StoreFileFactory(vector_store=store, file=file, **fields)


def statuses(*store_files: VectorStoreFile) -> list[str]:
    return [VectorStoreFile.objects.get(pk=file.pk).status for file in store_files]


def open_breaker(model: str, *, seconds: float) -> None:
    """Open the breaker for so many seconds from its last failure, which was 10 s ago."""
    now = timezone.now() - 10 * SECOND
    error = EmbeddingUnavailable("It sleeps.", retry_after=max(seconds, shared.LONG_RETRY_AFTER))
    availability._breaker(model).record_failure(error, now, began=now)
    assert availability.open_state(model) is not None


# --- side by side -----------------------------------------------------------------------------


def test_files_for_several_models_are_embedded_each_with_its_stores(gpu, cpu, project):
    texts = ["Wombats dig.", "Puffins fly."]
    stores = {model: store_for(model, project) for model in ("gpu", "hashing", "cpu")}
    files = [attached(store, text) for text in texts for store in stores.values()]

    worker.run_turn(bulk=False)

    assert statuses(*files) == [Status.COMPLETED] * 6
    for model, store in stores.items():
        rows = ChunkEmbedding.objects.filter(vector_store_id=store.pk).order_by("store_file_id")
        expected = get_embedder(model).embed(texts)
        stored = np.array([row.embedding for row in rows], np.float32)
        np.testing.assert_allclose(stored, expected, atol=1e-3)


def test_files_for_one_remote_model_share_requests_across_other_files(gpu, cpu, project):
    gpus, cpus = store_for("gpu", project), store_for("cpu", project)
    for number in range(4):
        attached(gpus, f"gpu {number}")
        attached(cpus, f"cpu {number}")

    worker.run_turn(bulk=False)

    assert (gpu.texts, gpu.stats.requests) == (4, 1)
    assert (cpu.texts, cpu.stats.requests) == (4, 1)


def test_a_local_models_files_are_taken_one_by_one_beside_a_remote_ones(gpu, project):
    local, remote = store_for("hashing", project), store_for("gpu", project)
    for number in range(2):
        attached(local, f"local {number}", due_at=timezone.now() - 9 * SECOND)
        attached(remote, f"remote {number}")

    groups = [worker._claim_files(bulk=False) for _ in range(3)]

    assert [[file.vector_store for file in group] for group in groups] == [
        [local],
        [local],
        [remote, remote],
    ]


def test_each_model_has_a_pace_of_its_own(gpu, cpu, project):
    attached(store_for("gpu", project), "Wombats dig.")
    attached(store_for("cpu", project), "Puffins fly.")

    worker.run_turn(bulk=False)

    assert embedding.limits.keys() == {"gpu", "cpu"}
    assert embedding.limits["gpu"] is not embedding.limits["cpu"]


def test_a_file_for_a_removed_model_fails_with_the_reason(gpu, project):
    gone = VectorStoreFactory(project=project, embedding_model="gone")
    store_file, other = attached(gone, "Wombats dig."), attached(store_for("gpu", project), "Fly.")

    worker.run_turn(bulk=False)

    assert statuses(store_file, other) == [Status.FAILED, Status.COMPLETED]
    store_file.refresh_from_db()
    assert "does not embed with that model" in store_file.last_error_message


# --- one fails --------------------------------------------------------------------------------


def test_files_of_one_model_go_on_while_the_other_is_down(gpu, cpu, project, sent):
    gpus, cpus = store_for("gpu", project), store_for("cpu", project)
    gpu.fault = Fault("503", retry_after=AN_HOUR)
    begun = attached(gpus, "gpu 1", due_at=timezone.now() - 9 * SECOND)

    worker.run_turn(bulk=False)
    asked = gpu.stats.faults
    untouched = [attached(gpus, f"gpu {number}") for number in range(2, 5)]
    wanted = [attached(cpus, f"cpu {number}", bulk=number > 1) for number in range(4)]
    worker.run_turn(bulk=True)

    assert statuses(*wanted) == [Status.COMPLETED] * 4
    assert statuses(begun, *untouched) == [Status.IN_PROGRESS] * 4
    assert list(availability.open_states()) == ["gpu"]
    assert gpu.stats.faults == asked
    for file in untouched:
        file.refresh_from_db()
        assert (file.attempts, file.claimed_at) == (0, None)


def test_when_it_works_again_its_files_are_ingested(gpu, cpu, project, monkeypatch):
    open_breaker("gpu", seconds=5)
    files = [attached(store_for(model, project), model) for model in ("gpu", "cpu")]

    worker.run_turn(bulk=False)

    assert statuses(*files) == [Status.COMPLETED] * 2
    assert availability.open_states() == {}


def test_a_probe_that_claims_files_of_another_model_lets_others_probe(
    gpu, cpu, project, monkeypatch
):
    open_breaker("gpu", seconds=5)
    attached(store_for("cpu", project), "Puffins fly.")

    (file,) = worker._claim_files(bulk=False)

    assert file.vector_store.embedding_model == "cpu"
    monkeypatch.setattr(shared, "_STARTED", "another process")
    assert availability.admits("gpu")


def test_a_probe_that_claims_nothing_lets_others_probe(gpu, project, monkeypatch):
    open_breaker("gpu", seconds=5)

    worker.run_turn(bulk=True)

    monkeypatch.setattr(shared, "_STARTED", "another process")
    assert availability.admits("gpu")


def test_a_probe_that_claims_a_file_keeps_others_from_probing(gpu, project, monkeypatch):
    open_breaker("gpu", seconds=5)
    attached(store_for("gpu", project), "Wombats dig.")

    assert worker._claim_files(bulk=False)

    monkeypatch.setattr(shared, "_STARTED", "another process")
    assert not availability.admits("gpu")


@pytest.mark.parametrize("found", [True, False])
def test_looking_for_small_files_in_between_keeps_the_probe(gpu, cpu, project, monkeypatch, found):
    open_breaker("gpu", seconds=5)
    assert availability.admits("gpu")
    if found:
        attached(store_for("cpu", project), "Puffins fly.")

    files = worker._claim_files(bulk=False, large=False, busy_with="gpu")

    assert bool(files) == found
    monkeypatch.setattr(shared, "_STARTED", "another process")
    assert not availability.admits("gpu")


def test_no_worker_looks_for_files_while_all_embedders_are_down(
    gpu, project, settings, django_assert_num_queries
):
    settings.EMBEDDING_API_KEY = "breakers of their own"
    attached(store_for("gpu", project), "Wombats dig.")
    for model in ("gpu", "hashing"):
        open_breaker(model, seconds=AN_HOUR)

    with django_assert_num_queries(0):
        worker.run_turn(bulk=True)
