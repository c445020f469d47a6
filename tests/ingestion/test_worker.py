"""A worker's turn: what it takes, in which order, and when it stops."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.utils import timezone

from ingestion import tasks, worker
from ingestion.sandbox.reader import Reader
from tests.factories import FileFactory, ProjectFactory, StoreFileFactory, VectorStoreFactory
from tests.vectorstores.claims import claim
from vectorstores.embeddings import get_embedder
from vectorstores.models import Chunk, Project, Status, VectorStore, VectorStoreFile
from vectorstores.models.store_files.queue import claim_next

pytestmark = pytest.mark.usefixtures("unheeded", "anew")

SECOND = timedelta(seconds=1)


@pytest.fixture
def anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start as a fresh process that has time, and never looks for small files in between."""
    monkeypatch.setattr(worker, "_last_project", {})
    monkeypatch.setattr(worker, "WORKER_TURN", 60.0)  # since the first file waits for the sandbox
    monkeypatch.setattr(worker, "INTERVAL", 60)


@pytest.fixture
def remote(settings) -> None:
    """Use a remote embedder, for which files are claimed in groups."""
    settings.EMBEDDING_BACKEND = "openai"


def attached(store: VectorStore, text: str, **fields: object) -> VectorStoreFile:
    file = FileFactory(project=store.project, text=text)
    fields = {"due_at": timezone.now() - SECOND} | fields
    return StoreFileFactory(vector_store=store, file=file, **fields)


def status(store_file: VectorStoreFile) -> str:
    return VectorStoreFile.objects.get(pk=store_file.pk).status


# --- what is taken ----------------------------------------------------------------------------


def test_everything_that_is_due_is_ingested(store, embedded):
    files = [attached(store, f"File {number}.") for number in range(3)]

    worker.run_turn(bulk=False)

    assert [status(file) for file in files] == [Status.COMPLETED] * 3
    assert embedded == ["File 0.", "File 1.", "File 2."]


def test_a_surplus_message_does_nothing(store, embedded):
    store_file = attached(store, "Wombats dig.")
    worker.run_turn(bulk=False)

    worker.run_turn(bulk=False)

    store_file.refresh_from_db()
    assert store_file.attempts == 1
    assert embedded == ["Wombats dig."]


def test_a_worker_woken_for_single_files_leaves_those_of_batches(store):
    single = attached(store, "Wombats dig.")
    in_batch = attached(store, "Puffins fly.", bulk=True)

    worker.run_turn(bulk=False)

    assert (status(single), status(in_batch)) == (Status.COMPLETED, Status.IN_PROGRESS)


def test_a_worker_woken_for_batches_takes_single_files_first(store, embedded):
    attached(store, "batch 1", bulk=True, due_at=timezone.now() - 9 * SECOND)
    attached(store, "batch 2", bulk=True, due_at=timezone.now() - 8 * SECOND)
    attached(store, "single 1")
    attached(store, "single 2")

    worker.run_turn(bulk=True)

    assert embedded == ["single 1", "batch 1", "single 2", "batch 2"]


def test_projects_take_turns_from_one_message_to_the_next(db, embedded, monkeypatch, sent):
    monkeypatch.setattr(worker, "WORKER_TURN", -1)  # one group each
    first, second = sorted(ProjectFactory.create_batch(2), key=lambda project: project.pk)
    for project, name in ((first, "first"), (second, "second")):
        for number in range(3 if project == first else 1):
            attached(VectorStoreFactory(project=project), f"{name} {number}")

    for _ in range(4):
        worker.run_turn(bulk=False)

    assert embedded == ["first 0", "second 0", "first 1", "first 2"]


def test_no_small_file_waits_for_a_later_one(store, meanwhile):
    attached(store, "Wombats dig.")
    texts = meanwhile(lambda: attached(store, "Puffins fly."))

    worker.run_turn(bulk=False)

    assert texts == ["Wombats dig.", "Puffins fly."]


@pytest.mark.parametrize(("limit", "done"), [(1, 0), (2, 1), (0, 1)])
def test_no_project_is_given_more_than_its_share(store, settings, limit, done):
    settings.PROJECT_CLAIMED_FILES = limit
    held = attached(store, "in another worker's hands")
    assert claim(held, timezone.now(), settings.INGEST_LEASE)
    attached(store, "waiting")

    worker.run_turn(bulk=False)

    assert VectorStoreFile.objects.filter(status=Status.COMPLETED).count() == done


def test_a_file_of_a_deleted_store_is_not_ingested(store):
    store_file = attached(store, "Wombats dig.")
    VectorStore.objects.update(deleted_at=timezone.now())

    worker.run_turn(bulk=True)

    store_file.refresh_from_db()
    assert (store_file.status, store_file.attempts) == (Status.IN_PROGRESS, 0)


# --- together ---------------------------------------------------------------------------------


@pytest.fixture
def requests(embedding_is) -> list[list[str]]:
    """Collect the texts of each request to the embedder, two at a time."""
    asked: list[list[str]] = []
    embed = get_embedder().embed

    def remember(texts: Sequence[str]) -> np.ndarray:
        asked.append(list(texts))
        return embed(texts)

    embedding_is(remember)
    return asked


def test_a_remote_embedder_is_asked_for_several_files_at_once(requests, remote, store, sent):
    for number in range(5):
        attached(store, f"File {number}.")

    worker.run_turn(bulk=False)

    assert requests == [["File 0.", "File 1."], ["File 2.", "File 3."], ["File 4."]]


def test_a_model_in_this_process_is_given_one_file_after_the_other(requests, store):
    for number in range(3):
        attached(store, f"File {number}.")

    worker.run_turn(bulk=False)

    assert requests == [["File 0."], ["File 1."], ["File 2."]]


def test_the_file_to_blame_for_a_failing_group_is_found(
    requests, embedding_is, remote, store, sent
):
    # Each is tried again later, and alone.
    files = [attached(store, text) for text in ("Wombats dig.", "Poison.", "Puffins fly.")]

    def embed(texts: Sequence[str]) -> np.ndarray:
        requests.append(list(texts))
        if "Poison." in texts:
            raise ZeroDivisionError
        return np.ones((len(texts), 256), np.float32)

    embedding_is(embed)
    with pytest.raises(ZeroDivisionError):
        worker.run_turn(bulk=False)
    requests.clear()
    VectorStoreFile.objects.update(due_at=timezone.now())

    for _ in range(2):  # a turn ends with the bug it meets
        try:
            worker.run_turn(bulk=False)
        except ZeroDivisionError:
            continue

    assert sorted(requests) == [["Poison."], ["Puffins fly."], ["Wombats dig."]]
    assert [status(file) for file in files] == ["completed", "in_progress", "completed"]


# --- in the middle of a large file ------------------------------------------------------------

LARGE = "Wombats dig. " * 8_000


@pytest.fixture
def attentive(anew: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for small files at every opportunity."""
    monkeypatch.setattr(worker, "INTERVAL", 0)
    # The clock stands still because a worker pauses for as long as its last look took: on a busy
    # machine that may be longer than a large file's next batch.
    monkeypatch.setattr(worker, "time", SimpleNamespace(monotonic=lambda: 0.0))


@pytest.fixture
def meanwhile(embedding_is) -> Callable[[Callable[[], object]], list[str]]:
    """Let something happen when the first texts are embedded. Which texts were, in the end."""

    def use(happens: Callable[[], object]) -> list[str]:
        texts: list[str] = []
        embed = get_embedder().embed

        def remember(batch: Sequence[str]) -> np.ndarray:
            if not texts:
                happens()
            texts.extend(batch)
            return embed(batch)

        embedding_is(remember)
        return texts

    return use


@pytest.mark.usefixtures("attentive")
def test_a_single_file_need_not_wait_for_a_large_one(store, meanwhile):
    large = attached(store, LARGE, bulk=True)
    texts = meanwhile(lambda: attached(store, "Puffins fly."))

    worker.run_turn(bulk=True)

    assert status(large) == Status.COMPLETED
    assert len(texts) > 10
    assert texts.index("Puffins fly.") == 2  # behind the batch that was on its way


@pytest.mark.usefixtures("attentive")
@pytest.mark.parametrize(
    "other",
    [{"bulk": True, "text": "Puffins fly."}, {"text": LARGE + "."}],
    ids=["of a batch", "large as well"],
)
def test_others_wait_for_their_turn(store, meanwhile, other):
    large = attached(store, LARGE, bulk=True)
    texts = meanwhile(lambda: attached(store, **other))

    worker.run_turn(bulk=True)

    whole = [chunk.text for chunk in Chunk.objects.of([large]).order_by("position")]
    assert VectorStoreFile.objects.filter(status=Status.COMPLETED).count() == 2
    assert texts[: len(whole)] == whole
    assert len(texts) > len(whole)


@pytest.mark.usefixtures("attentive")
def test_a_single_file_need_not_wait_for_a_large_one_to_be_parsed(store, embedded, monkeypatch):
    attached(store, LARGE, bulk=True)
    read = Reader.chunks

    def slowly(*args, **options):
        chunks = read(*args, **options)
        yield next(chunks)
        if not VectorStoreFile.objects.filter(bulk=False).exists():
            attached(store, "Puffins fly.")
        yield from chunks

    monkeypatch.setattr(Reader, "chunks", slowly)

    worker.run_turn(bulk=True)

    assert VectorStoreFile.objects.filter(status=Status.COMPLETED).count() == 2
    assert embedded[0] == "Puffins fly."


@pytest.mark.usefixtures("attentive")
def test_a_single_file_with_a_bug_costs_the_large_one_nothing(store, embedding_is, caplog):
    large = attached(store, LARGE, bulk=True)
    embed = get_embedder().embed

    def fail_for_one(texts: Sequence[str]) -> np.ndarray:
        if "Poison." in texts:
            raise ZeroDivisionError
        if not VectorStoreFile.objects.filter(bulk=False).exists():
            attached(store, "Poison.")
        return embed(texts)

    embedding_is(fail_for_one)

    worker.run_turn(bulk=True)

    large.refresh_from_db()
    single = VectorStoreFile.objects.get(bulk=False)
    assert (large.status, large.attempts) == (Status.COMPLETED, 1)
    assert "ZeroDivisionError" in caplog.text
    assert (single.status, single.attempts, single.claimed_at) == (Status.IN_PROGRESS, 1, None)


@pytest.mark.usefixtures("attentive")
@pytest.mark.django_db(transaction=True)
def test_a_connection_cut_while_serving_small_files_costs_the_large_one_nothing(
    store, monkeypatch, caplog
):
    large = attached(store, LARGE, bulk=True)
    cuts: list[Any] = []

    def cut(*args: Any, **options: Any) -> list[VectorStoreFile]:
        if options["large"] or cuts:
            return claim_next(*args, **options)
        cuts.append(1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        raise AssertionError("the connection is still there")

    monkeypatch.setattr(worker, "claim_next", cut)

    worker.run_turn(bulk=True)

    large.refresh_from_db()
    assert cuts
    assert (large.status, large.attempts) == (Status.COMPLETED, 1)
    assert "Small files failed in the middle of a large one; they are tried again." in caplog.text


# --- how it ends ------------------------------------------------------------------------------


@pytest.mark.parametrize(("bulk", "queue"), [(False, "ingest"), (True, "ingest_bulk")])
def test_a_worker_whose_turn_is_over_queues_behind_the_others(
    store, sent, monkeypatch, bulk, queue
):
    monkeypatch.setattr(worker, "WORKER_TURN", 0)
    for number in range(3):
        attached(store, f"File {number}.", bulk=bulk)

    worker.run_turn(bulk=bulk)

    assert VectorStoreFile.objects.filter(status=Status.COMPLETED).count() == 1
    assert sent(queue) == 1


def test_a_worker_that_finds_no_more_files_wakes_no_other(store, sent):
    attached(store, "Wombats dig.")

    worker.run_turn(bulk=True)

    assert sent("ingest") == sent("ingest_bulk") == 0


def test_a_stopping_worker_claims_nothing_and_wakes_no_other(store, sent, asked_to_stop):
    store_file = attached(store, "Wombats dig.")
    asked_to_stop(timezone.now().timestamp())

    worker.run_turn(bulk=True)

    store_file.refresh_from_db()
    assert (store_file.status, store_file.attempts) == (Status.IN_PROGRESS, 0)
    assert sent("ingest") == sent("ingest_bulk") == 0


def test_a_worker_stopped_in_the_middle_finishes_and_claims_no_more(
    store, meanwhile, asked_to_stop
):
    begun, waiting = attached(store, "Wombats dig."), attached(store, "Puffins fly.")
    meanwhile(lambda: asked_to_stop(timezone.now().timestamp()))

    worker.run_turn(bulk=True)

    assert (status(begun), status(waiting)) == (Status.COMPLETED, Status.IN_PROGRESS)


def test_the_task_takes_what_newer_messages_say_and_more(project: Project):
    store_file = attached(VectorStoreFactory(project=project), "Wombats dig.", bulk=True)

    tasks.ingest(bulk=True, of_a_later_version=1)

    assert status(store_file) == Status.COMPLETED
