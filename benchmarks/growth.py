"""Show whether requests get slower with the number of stores, or with the size of one.

    python -m benchmarks.growth
    python -m benchmarks.growth --stores 10000 --large 100000

The same requests over HTTP, to a service that has ten small stores; beside 100,000 more; and then
beside, and to, one of a million chunks with its indexes. Last, that one is deleted.
"""

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from openai import NotFoundError, OpenAI

from benchmarks.stores.connecting import connect
from tests.live import Service, service, wait_until

DIMENSIONS = 384
REQUESTS = 40
PLANNED = 10  # times


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--stores", type=int, default=100_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    given = parser.parse_args()
    environment = {
        "RATE_LIMITS": "false",
        "LOG_LEVEL": "WARNING",
        "EMBEDDING_BACKEND": "hashing",
        "EMBEDDING_DIMENSIONS": str(DIMENSIONS),
    }
    with service(**environment) as live:
        connect(live, **environment)
        client = live.client
        few = _small(10)
        print(f"{'':44} {'median':>9} {'slowest':>9}")
        requests(client, few[0], "ten stores")
        said("stores written", _small, given.stores)
        requests(client, few[0], f"{given.stores:,} stores more")
        large = said("chunks of one store written, with its indexes", _large, given.large)
        requests(client, few[0], f"a small store beside one of {given.large:,}")
        requests(client, large, f"that of {given.large:,} chunks itself")
        delete(live, large)


def said(what: str, step: Callable[[int], Any], count: int) -> Any:
    began = time.monotonic()
    result = step(count)
    print(f"{count:,} {what} in {time.monotonic() - began:.0f} s", flush=True)
    return result


def _small(count: int) -> list[str]:
    from benchmarks.stores.many import small_stores

    return small_stores(count, dimensions=DIMENSIONS)


def _large(chunks: int) -> str:
    from benchmarks.stores import filling, indexing
    from benchmarks.stores.vectors import Space
    from vectorstores.models import Project

    project = Project.objects.get(name="default")
    store = filling.new_store(project, "large", model="hashing", dimensions=DIMENSIONS)
    filling.fill(store, Space.of(DIMENSIONS), chunks, words=60)
    for built, seconds in indexing.build_all(store):
        print(f"  {built}: {seconds:.0f} s", flush=True)
    return store.public_id


def requests(client: OpenAI, store_id: str, where: str) -> None:
    from benchmarks.stores import texts

    rng, stores = np.random.default_rng(time.time_ns()), client.vector_stores
    file = client.files.create(file=("note.txt", b"Wombats dig."), purpose="assistants")
    print(f"{where}:")
    kinds: dict[str, Callable[[], object]] = {
        "search": lambda: stores.search(store_id, query=texts.question(rng)),
        "search with a filter of 1 %": lambda: stores.search(
            store_id,
            query=texts.question(rng),
            filters={"type": "eq", "key": "1 %", "value": True},
        ),
        "retrieve the store": lambda: stores.retrieve(store_id),
        "list 20 stores": lambda: stores.list(),
        "list 20 of its files": lambda: stores.files.list(store_id),
        "attach a file": lambda: stores.files.create(store_id, file_id=file.id),
        "create a store and delete it": lambda: stores.delete(stores.create().id),
    }
    for name, request in kinds.items():
        times = []
        for _ in range(REQUESTS):
            began = time.perf_counter()
            request()
            times.append(1000 * (time.perf_counter() - began))
        print(f"  {name:42} {np.median(times):6.1f} ms {max(times):6.1f} ms", flush=True)
    print(f"  {'planning it, in Postgres':42} {planning(store_id):6.2f} ms", flush=True)
    stores.files.delete(file.id, vector_store_id=store_id)


def planning(store_id: str) -> float:
    """Return the milliseconds in which Postgres plans the nearest chunks of a store.

    Its tables are known by then; the least of several times counts.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        times: list[float] = []
        for _ in range(PLANNED):
            cursor.execute(
                "EXPLAIN (SUMMARY, FORMAT json) SELECT position FROM chunk_embedding "
                "WHERE vector_store_id = %s AND generation = 1 "
                "ORDER BY embedding <=> (SELECT embedding FROM chunk_embedding LIMIT 1) LIMIT 10",
                [_uuid(store_id)],
            )
            times.append(cursor.fetchone()[0][0]["Planning Time"])
    return min(times)


def _uuid(store_id: str) -> Any:
    from vectorstores.ids import VECTOR_STORE

    return VECTOR_STORE.decode(store_id)


def delete(live: Service, store_id: str) -> None:
    from vectorstores.models import Chunk

    began = time.monotonic()
    live.client.vector_stores.delete(store_id)
    print(f"deleting it: {1000 * (time.monotonic() - began):.0f} ms", flush=True)
    try:
        live.client.vector_stores.search(store_id, query="wombats")
    except NotFoundError:
        print("searching it then: not found")
    left = Chunk.objects.filter(vector_store_id=_uuid(store_id))
    wait_until(lambda: not left.exists(), seconds=3600)
    print(f"its chunks are gone after {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
