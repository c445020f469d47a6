"""Measure how much of a remote embedder's rate a worker process reaches.

    python -m benchmarks.embedding [--rate TEXTS_PER_SECOND] [--processes 2] [--batch-size 32]
                                   [--concurrency 4]

An embedder of a fixed rate, in a process of its own, is first asked as fast as it can answer, and
then through `ingestion.embedding.embed`, as workers ask it: for chunks of 800 tokens and for short
ones. The share of the time in which it was busy is printed.
"""

import argparse
import multiprocessing
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import httpx

from tests.live import free_port, wait_until

SECONDS = 6.0
SIZES = {"chunks of 800 tokens": 3_600, "chunks of 100 tokens": 450}  # characters
WORDS = "An embedder that waits for its client is the dearest machine in the room. " * 100


@contextmanager
def stub(rate: float, dimensions: int = 768) -> Iterator[str]:
    """Yield the address of a stub embedder in a process of its own."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.stub_embedder", f"--port={port}"]
    process = subprocess.Popen([*command, f"--rate={rate}", f"--dimensions={dimensions}"])
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: _answers(url), seconds=20)
        yield url
    finally:
        process.terminate()
        process.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/stats").status_code == 200
    except httpx.TransportError:
        return False


def texts(characters: int, until: float) -> Iterator[str]:
    number = 0
    while time.monotonic() < until:
        number += 1
        yield f"{os.getpid()} {number} {WORDS}"[:characters]


def asked_directly(url: str, characters: int) -> None:
    """Return the limit: eight connections that do nothing but ask."""
    until = time.monotonic() + SECONDS

    def ask(_: int) -> None:
        with httpx.Client(timeout=60) as client:
            while time.monotonic() < until:
                batch = [text for _, text in zip(range(32), texts(characters, until), strict=False)]
                client.post(f"{url}/v1/embeddings", json={"model": "stub", "input": batch})

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(ask, range(8)))


def through_embed(url: str, characters: int, *, processes: int) -> None:
    spawn = multiprocessing.get_context("spawn")  # as a worker's process: with nothing open
    workers = [spawn.Process(target=_embed, args=(url, characters)) for _ in range(processes)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def _embed(url: str, characters: int) -> None:
    import django

    os.environ["EMBEDDING_BASE_URL"] = f"{url}/v1"
    django.setup()
    from ingestion.embedding import embed

    # Once before the clock runs, because some things are loaded at the first text.
    list(embed(["begins"], model="stub", check_cancelled=lambda: None))
    until = time.monotonic() + SECONDS
    for _ in embed(texts(characters, until), model="stub", check_cancelled=lambda: None):
        pass


def share(url: str, work: Callable[[], None], rate: float) -> tuple[float, float]:
    """Return texts per second from the first to the last, and their share of the rate."""
    httpx.post(f"{url}/forget", json={})
    work()
    said = httpx.get(f"{url}/stats").json()
    pace = said["texts"] / (said["last"] - said["first"])
    return pace, pace / rate


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rate", type=float, default=1000.0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--concurrency", type=int, default=4)
    given = parser.parse_args()
    os.environ.update(
        DJANGO_SETTINGS_MODULE="config.settings",
        SECRET_KEY=secrets.token_urlsafe(32),
        DATABASE_URL="postgresql://nobody@127.0.0.1:1/none",
        REDIS_URL="redis://127.0.0.1:1/0",
        LOG_LEVEL="ERROR",
        EMBEDDING_BACKEND="openai",
        EMBEDDING_MODEL="stub",
        EMBEDDING_DIMENSIONS="768",
        EMBEDDING_BATCH_SIZE=str(given.batch_size),
        EMBEDDING_CONCURRENCY=str(given.concurrency),
    )
    print(f"an embedder of {given.rate:g} texts/s, {given.processes} worker processes")
    for name, characters in SIZES.items():
        ways = {
            "asked directly": partial(asked_directly, characters=characters),
            "through embed()": partial(
                through_embed, characters=characters, processes=given.processes
            ),
        }
        for way, work in ways.items():
            with stub(given.rate) as url:
                pace, reached = share(url, partial(work, url), given.rate)
            print(f"{name:22} {way:16} {pace:8.1f} texts/s  {100 * reached:5.1f} %")


if __name__ == "__main__":
    main()
