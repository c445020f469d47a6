"""Threads that share a pool of connections: everything works, and there are no more than said."""

import os
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.live import Service, StartService

POOL = 2
CORES = len(os.sched_getaffinity(0))
# Of each process that serves or works; that of `bin/up`, one that looks who builds indexes, and
# this test's own. Without a pool web alone has 8 each.
MOST = POOL * (min(CORES, 4) + CORES) + 3


def database(live: Service) -> str:
    lines = (live.data_dir / "environment").read_text().splitlines()
    (url,) = (line for line in lines if line.startswith("export DATABASE_URL="))
    return url.partition("=")[2].strip("'")


@pytest.mark.timeout(180)
def test_a_pool_bounds_the_connections_and_nothing_waits_in_vain(whole_service: StartService):
    with whole_service(
        DATABASE_POOL_SIZE=str(POOL), EMBEDDING_BACKEND="hashing", RATE_LIMITS="false"
    ) as live:
        client, seen = live.client, 0
        store = client.vector_stores.create()
        with psycopg.connect(database(live), autocommit=True) as watch:

            def work(number: int) -> int:
                name = f"{number}.txt", f"Wombats dig hole {number}.".encode()
                client.vector_stores.files.upload_and_poll(vector_store_id=store.id, file=name)
                found = client.vector_stores.search(store.id, query=f"hole {number}")
                return len(found.data)

            with ThreadPoolExecutor(24) as threads:
                answers = [threads.submit(work, number) for number in range(48)]
                while not all(answer.done() for answer in answers):
                    (count,) = watch.execute(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    ).fetchone()
                    seen = max(seen, count)

        assert all(answer.result() > 0 for answer in answers)
        assert seen <= MOST
