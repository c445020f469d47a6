"""A store changes its embedding model while it is searched and filled, and its worker is killed."""

import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from openai import OpenAI

from benchmarks.stub_embedder import StubEmbedder
from tests.live import ROOT, Service, StartService, wait_until

SIZE = 64  # of both models, so that nothing but a score tells a vector of the wrong one


@pytest.fixture(scope="module")
def embedder() -> Iterator[StubEmbedder]:
    with StubEmbedder(dimensions=SIZE) as stub:
        threading.Thread(target=stub.serve_forever, daemon=True).start()
        yield stub
        stub.shutdown()


@pytest.fixture(scope="module")
def models(embedder: StubEmbedder) -> dict[str, str]:
    """Return the settings of the service."""
    other = {"dimensions": SIZE, "base_url": embedder.url, "batch_size": 2, "concurrency": 1}
    return {
        "EMBEDDING_BACKEND": "hashing",
        "EMBEDDING_DIMENSIONS": str(SIZE),
        "EMBEDDING_MODELS": json.dumps({"other": other}),
    }


@pytest.fixture(scope="module")
def running(whole_service: StartService, models: dict[str, str]) -> Iterator[Service]:
    with whole_service(INGEST_LEASE_SECONDS="3", **models) as live:
        yield live


@pytest.fixture
def reembed(running: Service) -> Callable[..., str]:
    """Return the command as an operator runs it in another shell. It returns what it writes."""

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [str(ROOT / "bin/manage"), "reembed", *arguments],
            env={**os.environ, "DATA_DIR": str(running.data_dir)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def text(number: int) -> str:
    return f"File {number} of wombats."


class Change:
    """A store that is searched and filled by threads until the block ends.

    Each answer must be right: the text that was asked for is found first, and the same as itself.
    """

    def __init__(self, client: OpenAI) -> None:
        self.client = client
        self.store = client.vector_stores.create().id
        self.there: list[int] = []  # the files that are completed
        self.wrong: list[object] = []
        self.searches = 0
        self._ending = threading.Event()

    def __enter__(self) -> "Change":
        self._threads = [
            threading.Thread(target=self._until_the_end, args=(step,))
            for step in (self._search, self._attach)
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join()

    def attach(self, number: int) -> None:
        content = (f"{number}.txt", text(number).encode())
        file = self.client.files.create(file=content, purpose="assistants")
        attached = self.client.vector_stores.files.create_and_poll(
            file.id, vector_store_id=self.store, poll_interval_ms=50
        )
        assert attached.status == "completed"
        self.there.append(number)

    def answer(self, number: int) -> tuple[str, float]:
        page = self.client.vector_stores.search(
            self.store,
            query=text(number),
            max_num_results=3,
            ranking_options={"ranker": "none"},
        )
        return page.data[0].content[0].text, round(page.data[0].score, 2)

    @property
    def model(self) -> str:
        store: Any = self.client.vector_stores.retrieve(self.store)
        return str(store.embedding_model)

    def _search(self) -> None:
        number = self.there[self.searches % len(self.there)]
        found = self.answer(number)
        self.searches += 1
        if found != (text(number), 1.0):
            self.wrong.append((number, found))

    def _attach(self) -> None:
        self.attach(len(self.there))
        time.sleep(0.3)

    def _until_the_end(self, step: Callable[[], None]) -> None:
        while not self._ending.is_set():
            try:
                step()
            except Exception as error:  # noqa: BLE001, whatever it is, the test says so
                self.wrong.append(error)


def test_a_change_of_model_loses_no_file_and_no_answer(running, embedder, reembed):
    change = Change(running.client)
    for number in range(12):
        change.attach(number)

    with change:
        embedder.delay = 0.5
        reembed(change.store, "--model", "other")
        wait_until(lambda: embedder.texts >= 6, seconds=30)
        running.kill("celery", "worker")
        assert change.model == "hashing"
        embedder.delay = 0.0
        wait_until(lambda: change.model == "other", seconds=60)
        switched_at = change.searches
        wait_until(lambda: change.searches > switched_at + 10, seconds=30)

    assert change.wrong == []
    assert switched_at > 10
    assert len(change.there) > 12  # some came meanwhile
    assert [change.answer(n) for n in change.there] == [(text(n), 1.0) for n in change.there]
    assert "hashing to other: switched" in reembed(change.store, "--status")
