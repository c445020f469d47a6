"""The hostile corpus as its users would send it: through the API, to real workers, and among it in
the same batch the files of people who mean no harm."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from openai import OpenAI
from openai.types.vector_stores import VectorStoreFile, VectorStoreFileBatch

from tests.ingestion.hostile.corpus import Ending, Hostile, Text, files
from tests.ingestion.hostile.endings import TOO_MANY_TOKENS
from tests.ingestion.hostile.reading import SECRET, Trap, trap
from tests.live import ROOT, Service, StartService

# Each file of five million tokens takes seconds of every worker; one tells as much as three.
CORPUS = [file for file in files() if TOO_MANY_TOKENS not in file.endings or ".txt" in file.name]
LIMITS = {"PARSER_CPU_SECONDS": "20", "PARSER_MEMORY_BYTES": str(600 * 1024**2)}
SAMPLES = sorted(path for path in (ROOT / "docs" / "samples").iterdir() if path.is_file())

MEMORY = 400 * 1024**2  # of a worker or a reader that has nothing to do

pytestmark = pytest.mark.timeout(300)


@dataclass(frozen=True)
class Ended:
    """A batch that has nothing left to do, its files by their names, and the workers before it."""

    batch: VectorStoreFileBatch
    files: dict[str, VectorStoreFile]
    workers: set[int]


@pytest.fixture(scope="module")
def running(whole_service: StartService) -> Iterator[Service]:
    with whole_service(EMBEDDING_BACKEND="hashing", **LIMITS) as live:
        yield live


@pytest.fixture(scope="module")
def bait(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trap]:
    with trap(tmp_path_factory.mktemp("bait")) as laid:
        yield laid


@pytest.fixture(scope="module")
def ended(running: Service, bait: Trap, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    client = running.client
    store_id = client.vector_stores.create(name="Hostile").id
    ingest(client, store_id, "before.txt", "A heron waits before the storm.")
    workers = worker_pids(running)
    names = upload(client, tmp_path_factory.mktemp("uploads"), bait)
    batch = client.vector_stores.file_batches.create_and_poll(
        store_id, file_ids=list(names), poll_interval_ms=500
    )
    page = client.vector_stores.file_batches.list_files(
        batch.id, vector_store_id=store_id, limit=100
    )
    by_name = {names[file.id]: file for file in page}
    return Ended(batch, by_name, workers)


def upload(client: OpenAI, directory: Path, bait: Trap) -> dict[str, str]:
    """Upload the files, a sample after every so many hostile ones. Return their names by id."""

    def one(file: Hostile | Path) -> tuple[str, str]:
        path = directory / file.name
        if isinstance(file, Hostile):
            file.build(path, bait.bait)
        else:
            path.write_bytes(file.read_bytes())
        file_id = client.files.create(file=path, purpose="assistants").id
        path.unlink()
        return file_id, file.name

    among: list[Hostile | Path] = [*CORPUS]
    for number, sample in enumerate(SAMPLES):
        among.insert(number * len(among) // len(SAMPLES), sample)
    with ThreadPoolExecutor(4) as threads:
        return dict(threads.map(one, among))


def ingest(client: OpenAI, store_id: str, name: str, text: str) -> None:
    file = client.files.create(file=(name, text.encode()), purpose="assistants")
    attached = client.vector_stores.files.create_and_poll(file.id, vector_store_id=store_id)
    assert attached.status == "completed"


def worker_pids(running: Service) -> set[int]:
    return {process.pid for process in running.processes("celery", "worker")}


def has_ended(ending: Ending, file: VectorStoreFile) -> bool:
    error = file.last_error
    if isinstance(ending, Text) or error is None:
        return isinstance(ending, Text) and file.status == "completed" and error is None
    told = ending() if isinstance(ending, type) else ending
    return file.status == "failed" and (error.code, error.message) == (told.code, str(told))


def test_every_hostile_file_of_the_batch_ends_as_it_should(ended: Ended):
    wrong = [
        (file.name, ended.files[file.name].status, ended.files[file.name].last_error)
        for file in CORPUS
        if not any(has_ended(ending, ended.files[file.name]) for ending in file.endings)
    ]

    assert not wrong, wrong


def test_every_honest_file_among_them_is_read_as_ever(running: Service, ended: Ended):
    store_id, files = ended.batch.vector_store_id, running.client.vector_stores.files
    honest = [ended.files[path.name] for path in SAMPLES]

    texts = [files.content(file.id, vector_store_id=store_id).data for file in honest]

    assert len(honest) >= 8
    assert {file.status for file in honest} == {"completed"}
    assert all(len("".join(part.text or "" for part in text)) > 500 for text in texts)


def test_the_batch_counts_each_file_once(ended: Ended):
    statuses = Counter(file.status for file in ended.files.values())

    assert ended.batch.status == "completed"
    assert ended.batch.file_counts.model_dump() == {
        "completed": statuses["completed"],
        "failed": statuses["failed"],
        "cancelled": 0,
        "in_progress": 0,
        "total": len(CORPUS) + len(SAMPLES),
    }


def test_no_worker_was_lost_and_the_next_file_is_ingested(running: Service, ended: Ended):
    client, store_id = running.client, ended.batch.vector_store_id

    ingest(client, store_id, "after.txt", "A heron rests after the storm.")

    hits = client.vector_stores.search(store_id, query="heron storm", max_num_results=2).data
    assert {hit.filename for hit in hits} == {"before.txt", "after.txt"}
    assert worker_pids(running) == ended.workers


def test_nothing_is_left_of_the_processes_that_read_the_files(running: Service, ended: Ended):
    workers = running.processes("celery", "worker")

    readers = running.processes("ingestion.sandbox.zygote")

    assert len(readers) < len(workers)  # one of each process of the worker, but of the first
    assert [child for reader in readers for child in reader.children()] == []
    assert max(process.memory_info().rss for process in [*workers, *readers]) < MEMORY


def test_no_file_revealed_a_secret_or_opened_a_connection(
    running: Service, ended: Ended, bait: Trap
):
    client, store_id = running.client, ended.batch.vector_store_id

    hits = client.vector_stores.search(store_id, query=SECRET, max_num_results=50).data

    assert hits
    assert [hit.filename for hit in hits if SECRET in hit.content[0].text] == []
    assert bait.is_untouched()
