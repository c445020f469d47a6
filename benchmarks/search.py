"""Time searches over HTTP beside the same statement and embedding alone.

    python -m benchmarks.search
    python -m benchmarks.search --sizes 10000 --seconds 5

The service runs as `bin/up` runs it, with its own model. Per size, ranking and number of clients,
in turn in the same run:

    raw       each client embeds its question and executes the service's own SQL, prepared, on a
              connection of its own: what is left when everything else costs nothing
    HTTP      the same kind of questions to the service

`repeated` questions have their vectors cached, so neither side embeds them.
"""

import argparse
import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from benchmarks.stores.clients import Ask, by_sql, over_http
from benchmarks.stores.connecting import connect
from tests.live import Service, service

DIMENSIONS = 384
SIZES = (2_000, 10_000, 100_000)
CLIENTS = (1, 8)
RANKERS = ("none", "auto")
PATIENCE = 120  # seconds for a client to come up, or to be taken for dead


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--clients", type=int, nargs="+", default=CLIENTS)
    parser.add_argument("--seconds", type=float, default=8.0)
    given = parser.parse_args()
    with (
        service(RATE_LIMITS="false", LOG_LEVEL="WARNING") as live,
        filled(live, given.sizes) as ids,
    ):
        heading()
        for size, store_id in ids.items():
            for ranker in RANKERS:
                for clients in given.clients:
                    compare(live, size, store_id, ranker, clients, given.seconds)


def heading() -> None:
    print(
        f"{'chunks':>8} {'ranker':7} {'questions':9} {'clients':>7}   "
        f"{'raw p50':>8} {'raw/s':>7}   {'HTTP p50':>8} {'p95':>7} {'HTTP/s':>7}   ratio"
    )


def compare(
    live: Service, size: int, store_id: str, ranker: str, clients: int, seconds: float
) -> None:
    for repeated in (False, True):
        raw = drive(by_sql, clients, seconds, store_id, ranker, repeated)
        ours = drive(
            over_http, clients, seconds, live.port, live.api_key, store_id, ranker, repeated
        )
        ratio = np.median(ours) / np.median(raw)
        print(
            f"{size:8,} {ranker:7} {'repeated' if repeated else 'new':9} {clients:7}   "
            f"{1000 * np.median(raw):8.1f} {len(raw) / seconds:7.0f}   "
            f"{1000 * np.median(ours):8.1f} {1000 * np.percentile(ours, 95):7.1f} "
            f"{len(ours) / seconds:7.0f}   {ratio:.2f}",
            flush=True,
        )


def drive(
    client: Callable[..., Iterator[Ask]], count: int, seconds: float, *given: Any
) -> list[float]:
    """Return how long each question took, asked by so many clients at once, each a process."""
    spawn = multiprocessing.get_context("spawn")
    results, ready = spawn.Queue(), spawn.Barrier(count)
    processes = [
        spawn.Process(target=_drive, args=(client, number, seconds, results, ready, given))
        for number in range(count)
    ]
    for process in processes:
        process.start()
    times = [took for _ in processes for took in results.get(timeout=seconds + PATIENCE)]
    for process in processes:
        process.join()
    return times


def _drive(
    client: Callable[..., Any],
    number: int,
    seconds: float,
    results: Any,
    ready: Any,
    given: tuple[Any, ...],
) -> None:
    with client(*given) as ask:
        for warming in range(10):
            ask(1_000_000 * (number + 1) + warming)
        ready.wait()
        times, end, asked = [], time.perf_counter() + seconds, 0
        while (began := time.perf_counter()) < end:
            ask(1_000_000 * (number + 1) + 100 + asked)
            asked += 1
            times.append(time.perf_counter() - began)
    results.put(times)


@contextmanager
def filled(live: Service, sizes: list[int]) -> Iterator[dict[int, str]]:
    """Fill the database with indexed stores of these sizes, and return their public ids."""
    connect(live)
    from benchmarks.stores import filling, indexing
    from benchmarks.stores.vectors import Space
    from vectorstores.embeddings import get_embedder
    from vectorstores.models import Project

    space, ids = Space.of(DIMENSIONS), {}
    project = Project.objects.get(name="default")
    model = get_embedder().model
    for size in sizes:
        began = time.monotonic()
        store = filling.new_store(project, f"{size}", model=model, dimensions=DIMENSIONS)
        filling.fill(store, space, size, words=300)
        print(f"{size:,} chunks of 300 words written in {time.monotonic() - began:.0f} s")
        for built, seconds in indexing.build_all(store):
            print(f"  {built}: {seconds:.0f} s")
        ids[size] = store.public_id
    yield ids


if __name__ == "__main__":
    main()
