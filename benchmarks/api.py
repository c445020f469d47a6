"""Time the API's answers when there is much to count: stores of 10,000 files each.

    python -m benchmarks.api
    python -m benchmarks.api --stores 100 --files 10000

Starts a service of its own on fresh data, fills its database, and asks over HTTP. Each answer is
compared with its limit: an answer without a query, or the same question in SQL.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from uuid import UUID

import httpx
import psycopg

from tests.live import Service, service

REPEATS = 15
BATCH = 2000

FILES = """
INSERT INTO vectorstores_file
    (id, project_id, filename, purpose, bytes, sha256, content, created_at)
SELECT uuidv7(), (SELECT id FROM vectorstores_project), n || '.txt', 'assistants', 8192, '', '',
       now()
FROM generate_series(1, %s) n
"""
STORES = """
INSERT INTO vectorstores_vectorstore
    (id, project_id, name, metadata, embedding_model, embedding_dimensions, generation,
     created_at, last_active_at)
SELECT uuidv7(), (SELECT id FROM vectorstores_project), 'store ' || n, '{}', 'hashing', 256, 1,
       now() + n * interval '1 ms', now()
FROM generate_series(1, %s) n
"""
# File by file into all stores at once: the rows of one store lie far apart, as after years of use.
STORE_FILES = """
INSERT INTO vectorstores_vectorstorefile
    (vector_store_id, project_id, file_id, bulk, attributes, max_chunk_size_tokens,
     chunk_overlap_tokens, status, last_error_code, last_error_message, usage_bytes, attempts,
     stage, chunks_done, chunks_total, terms_version, created_at)
SELECT s.id, s.project_id, f.id, false, '{"year": 2026}', 800, 400, status, '', '',
       (status = 'completed')::int * 9000, 1, 'waiting', 4, 4, 1,
       now() + row_number() OVER (ORDER BY f.id, s.id) * interval '1 us'
FROM vectorstores_vectorstore s, vectorstores_file f,
     LATERAL (SELECT CASE f.filename LIKE '%7.txt' WHEN true THEN 'failed' ELSE 'completed' END)
     AS state (status)
ORDER BY f.id, s.id
"""
COUNTS = """
SELECT vector_store_id, status, count(*), sum(usage_bytes)
FROM vectorstores_vectorstorefile
WHERE vector_store_id = ANY(%s) AND deleted_at IS NULL
GROUP BY vector_store_id, status
"""


def fill(db: psycopg.Connection, stores: int, files: int) -> None:
    db.execute(FILES, [files])
    db.execute(STORES, [stores])
    db.execute(STORE_FILES)
    for table in ("file", "vectorstore", "vectorstorefile"):
        db.execute(f"VACUUM ANALYZE vectorstores_{table}")  # as autovacuum does in time


def show(what: str, took: float, limit: float, unit: str) -> None:
    print(f"{what:46}{took:8.1f} ms {took / limit:6.1f} x {unit}")


def median_ms(ask: Callable[[], object]) -> float:
    ask()  # connections are open, plans and pages are cached
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        ask()
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times)


class Api:
    """The live service, asked over one kept connection as an SDK does."""

    def __init__(self, live: Service) -> None:
        self.http = httpx.Client(
            base_url=live.url, headers={"Authorization": f"Bearer {live.api_key}"}, timeout=60
        )

    def get(self, path: str, **query: object) -> dict:
        response = self.http.get(path, params=query)
        assert response.status_code == 200, response.text
        return response.json()

    def timed(self, path: str, **query: object) -> float:
        return median_ms(lambda: self.get(path, **query))


def measure_lists(api: Api, db: psycopg.Connection, files: int, floor: float) -> str:
    """Time lists with counts beside the same counts in SQL. Return the path of one store."""
    page = api.get("/vector_stores", limit=100)["data"]
    assert page[0]["file_counts"]["total"] == files
    keys = [UUID(store["id"].removeprefix("vs_")) for store in page]

    def counted(keys: list[UUID]) -> float:
        return floor + median_ms(lambda: db.execute(COUNTS, [keys]).fetchall())

    listed = api.timed("/vector_stores", limit=100)
    show(f"a list of {len(page)} stores of {files} files", listed, counted(keys), "SQL")
    store = f"/vector_stores/{page[0]['id']}"
    show("one such store", api.timed(store), counted(keys[:1]), "SQL")
    return store


def measure_pages(api: Api, store: str, floor: float) -> None:
    """Time pages of one store's files, because the place in the list must not matter."""
    path = f"{store}/files"
    middle = ""
    for _ in range(api.get(store)["file_counts"]["total"] // 200):
        middle = api.get(path, limit=100, **({"after": middle} if middle else {}))["last_id"]
    first = api.timed(path, limit=100)
    show("its first 100 files", first, floor, "an empty answer")
    show("100 files from the middle", api.timed(path, limit=100, after=middle), first, "the first")
    show("its failed files", api.timed(path, limit=100, filter="failed"), first, "the first")


def measure_batch(api: Api, store: str, floor: float) -> None:
    ids = [file["id"] for file in api.get("/files", limit=BATCH)["data"]]
    started = time.perf_counter()
    response = api.http.post(f"{store}/file_batches", json={"file_ids": ids})
    took = 1000 * (time.perf_counter() - started)
    assert response.status_code == 200, response.text
    show(f"attaching {len(ids)} files as a batch", took, floor, "an empty answer")
    polled = api.timed(f"{store}/file_batches/{response.json()['id']}")
    show("asking how far it is", polled, floor, "an empty answer")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--stores", type=int, default=100)
    parser.add_argument("--files", type=int, default=10_000)
    options = parser.parse_args()
    with service(EMBEDDING_BACKEND="hashing", RATE_LIMITS="false") as live:
        url = live.processes("gunicorn")[0].environ()["DATABASE_URL"]
        with psycopg.connect(url, autocommit=True) as db:
            fill(db, options.stores, options.files)
            api = Api(live)
            floor = api.timed("../healthz")
            show("an answer without a query: empty", floor, floor, "an empty answer")
            store = measure_lists(api, db, options.files, floor)
            measure_pages(api, store, floor)
            measure_batch(api, store, floor)


if __name__ == "__main__":
    main()
