"""Faults while files are being ingested: everything reaches its end, once."""

import signal
import threading
import time
from collections.abc import Iterator

import pytest
from openai import OpenAI
from openai.types.vector_stores import VectorStoreFileBatch
from redis import Redis

from benchmarks.stub_embedder import StubEmbedder
from tests.live import Service, StartService, wait_until


@pytest.fixture(scope="module")
def embedder() -> Iterator[StubEmbedder]:
    with StubEmbedder(dimensions=64) as stub:
        threading.Thread(target=stub.serve_forever, daemon=True).start()
        yield stub
        stub.shutdown()


@pytest.fixture(scope="module")
def running(whole_service: StartService, embedder: StubEmbedder) -> Iterator[Service]:
    with whole_service(
        EMBEDDING_BACKEND="openai",
        EMBEDDING_BASE_URL=embedder.url,
        EMBEDDING_MODEL="stub",
        EMBEDDING_DIMENSIONS="64",
        INGEST_LEASE_SECONDS="3",
    ) as live:
        yield live


@pytest.fixture
def client(running: Service, embedder: StubEmbedder) -> OpenAI:
    embedder.delay = 0.0
    return running.client


def attach(client: OpenAI, count: int) -> VectorStoreFileBatch:
    """Attach a batch of so many files to a store of its own."""
    store = client.vector_stores.create()
    ids = [
        client.files.create(
            file=(f"{n}.txt", f"File {n} of wombats.".encode()), purpose="assistants"
        ).id
        for n in range(count)
    ]
    return client.vector_stores.file_batches.create(store.id, file_ids=ids)


def counts(client: OpenAI, batch: VectorStoreFileBatch) -> dict[str, int]:
    now = client.vector_stores.file_batches.retrieve(
        batch.id, vector_store_id=batch.vector_store_id
    )
    return now.file_counts.model_dump()


def found(client: OpenAI, batch: VectorStoreFileBatch) -> list[str]:
    """Return the texts a search finds, sorted. A file ingested twice would be there twice."""
    page = client.vector_stores.search(batch.vector_store_id, query="wombats", max_num_results=50)
    return sorted(hit.content[0].text for hit in page.data)


def texts(count: int) -> list[str]:
    return sorted(f"File {n} of wombats." for n in range(count))


def test_workers_killed_in_mid_file_lose_nothing(running, client, embedder):
    embedder.delay, before = 2.0, embedder.texts
    batch = attach(client, 6)
    wait_until(lambda: counts(client, batch)["in_progress"] == 6, seconds=10)
    time.sleep(1.0)  # now some are waiting for the embedder

    running.kill("celery", "worker")
    embedder.delay = 0.0

    wait_until(lambda: counts(client, batch)["in_progress"] == 0, seconds=60)
    assert counts(client, batch)["completed"] == 6
    assert found(client, batch) == texts(6)
    assert embedder.texts > before


def test_a_batch_cancelled_in_the_middle_stays_cancelled(client, embedder):
    embedder.delay = 0.4
    batch = attach(client, 12)
    wait_until(lambda: counts(client, batch)["completed"] >= 2, seconds=30)

    cancelled = client.vector_stores.file_batches.cancel(
        batch.id, vector_store_id=batch.vector_store_id
    )

    after = cancelled.file_counts.model_dump()
    time.sleep(4)  # longer than a lease, a lost message and the files in the workers' hands
    assert cancelled.status == "cancelled"
    assert counts(client, batch) == after
    assert after["completed"] + after["cancelled"] == 12
    assert len(found(client, batch)) == after["completed"]


@pytest.mark.parametrize("fault", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "hanging"])
def test_a_broker_that_fails_while_attaching_delays_and_loses_nothing(running, client, fault):
    (broker,) = running.processes("valkey-server")
    broker.send_signal(fault)
    started = time.monotonic()

    batch = attach(client, 3)

    answered = time.monotonic() - started
    if fault == signal.SIGSTOP:
        broker.send_signal(signal.SIGCONT)
    wait_until(lambda: counts(client, batch)["in_progress"] == 0, seconds=60)
    assert found(client, batch) == texts(3)
    assert answered < 20  # not for ever: the client would give up


def test_an_emptied_broker_loses_nothing(running, client, embedder):
    embedder.delay = 0.5
    batch = attach(client, 8)

    with Redis.from_url(broker_url(running)) as redis:
        redis.flushall()
    embedder.delay = 0.0

    wait_until(lambda: counts(client, batch)["in_progress"] == 0, seconds=60)
    assert counts(client, batch)["completed"] == 8
    assert found(client, batch) == texts(8)


def broker_url(running: Service) -> str:
    """Return the broker's URL as `up` leaves it for commands that are run beside it."""
    lines = (running.data_dir / "environment").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("export REDIS_URL="))
    return line.partition("=")[2].strip("'")


def test_a_postgres_that_crashes_loses_nothing(running, client, embedder):
    embedder.delay = 0.3
    batch = attach(client, 6)
    wait_until(lambda: counts(client, batch)["completed"] >= 1, seconds=30)

    (postmaster, *_) = running.processes("/bin/postgres", "-D")
    postmaster.kill()
    embedder.delay = 0.0

    wait_until(lambda: settled(client, batch), seconds=90)
    assert counts(client, batch)["completed"] == 6
    assert found(client, batch) == texts(6)


def settled(client: OpenAI, batch: VectorStoreFileBatch) -> bool:
    patient = client.with_options(max_retries=10)
    return counts(patient, batch)["in_progress"] == 0
