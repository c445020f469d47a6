"""Ingest speed, end to end: text files through the API until every one of them can be searched.

    python -m benchmarks.ingest                    # with a stub embedder: what the service costs
    python -m benchmarks.ingest --embedder local   # with the default model on this machine's CPU

Starts a service of its own on fresh data, and stops it. Prints files per second, where the
workers' time went, and how near that is to the limit: workers that do nothing but parse, chunk,
embed and store, one file after the other.
"""

import argparse
import os
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from openai import OpenAI

from benchmarks.stub_embedder import StubEmbedder
from tests.live import Service, service, wait_until

FILES, BYTES, DIMENSIONS = 200, 8 * 1024, 768
STAGES = ("parse", "chunk", "embed", "store")
WORDS = Path(__file__).read_text().split()
LINE = re.compile(r"File \d+ completed with (\d+) chunks: (.*)")


def text(number: int) -> str:
    """8 KB that no other file has, in lines as a person would write."""
    words = [WORDS[(number * 7919 + 31 * i * i + i) % len(WORDS)] for i in range(BYTES // 4)]
    lines = (" ".join(words[i : i + 12]) for i in range(0, len(words), 12))
    return f"Report {number}\n" + "\n".join(lines)[: BYTES - 16]


@contextmanager
def running(embedder: str) -> Iterator[Service]:
    if embedder == "local":
        with service(RATE_LIMITS="false") as live:
            yield live
        return
    with StubEmbedder(dimensions=DIMENSIONS) as stub:
        threading.Thread(target=stub.serve_forever, daemon=True).start()
        with service(
            EMBEDDING_BACKEND="openai",
            EMBEDDING_BASE_URL=stub.url,
            EMBEDDING_MODEL="stub",
            EMBEDDING_DIMENSIONS=str(DIMENSIONS),
            RATE_LIMITS="false",
        ) as live:
            yield live
        stub.shutdown()


def upload(client: OpenAI, files: int) -> list[str]:
    def one(number: int) -> str:
        content = (f"{number}.txt", text(number).encode())
        return client.files.create(file=content, purpose="assistants").id

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, range(files)))


def until_searchable(client: OpenAI, ids: list[str]) -> str:
    store = client.vector_stores.create()
    batches = client.vector_stores.file_batches
    batch = batches.create(store.id, file_ids=ids)

    def done() -> bool:
        now = batches.retrieve(batch.id, vector_store_id=store.id).file_counts
        assert not now.failed, f"{now.failed} files failed"
        return now.completed == len(ids)

    wait_until(done, seconds=1800)
    assert client.vector_stores.search(store.id, query=text(1), max_num_results=1).data
    return store.id


def one_file(client: OpenAI, store_id: str, file_id: str) -> float:
    """Seconds from attaching one file to seeing it completed, asked for every 5 ms."""
    started = time.perf_counter()
    files = client.vector_stores.files
    files.create_and_poll(file_id, vector_store_id=store_id, poll_interval_ms=5)
    return time.perf_counter() - started


def stage_seconds(live: Service, files: int) -> tuple[dict[str, float], int]:
    """What the workers' log says of the last `files` files: seconds by stage, and chunks."""
    lines = LINE.findall((live.data_dir / "logs" / "worker.log").read_text())[-files:]
    spent = dict.fromkeys(STAGES, 0.0)
    for _, stages in lines:
        for stage, milliseconds in re.findall(r"(\w+) ([\d.]+) ms", stages):
            spent[stage] += float(milliseconds) / 1000
    return spent, sum(int(chunks) for chunks, _ in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--embedder", choices=["stub", "local"], default="stub")
    parser.add_argument("--files", type=int, default=FILES)
    options = parser.parse_args()
    with running(options.embedder) as live:
        client = live.client
        until_searchable(client, upload(client, 4))  # workers have loaded what they need
        started = time.perf_counter()
        ids = upload(client, options.files)
        uploaded = time.perf_counter()
        store_id = until_searchable(client, ids)
        ended = time.perf_counter()
        spent, chunks = stage_seconds(live, options.files)
        singles = sorted(one_file(client, store_id, file_id) for file_id in ids[:20])
    report(options.files, chunks, uploaded - started, ended - uploaded, spent, singles)


def report(
    files: int,
    chunks: int,
    uploading: float,
    ingesting: float,
    spent: dict[str, float],
    singles: list[float],
) -> None:
    workers = len(os.sched_getaffinity(0))
    print(f"{files} files of {BYTES} bytes, {chunks} chunks, {workers} workers")
    print(f"upload             {files / uploading:8.1f} files/s")
    print(f"attach → searchable {files / ingesting:7.1f} files/s")
    print(f"both               {files / (uploading + ingesting):8.1f} files/s")
    print(f"one file, attach → completed, median of 20: {1000 * singles[10]:.0f} ms")
    total, worked = ingesting * workers, sum(spent.values())
    print(f"limit, if workers never waited: {files * workers / worked:.1f} files/s")
    print(f"reached: {100 * worked / total:.0f} % of it")
    shares = {**spent, "waiting": total - worked}
    print("share of the workers' time while attaching → searchable:")
    for stage, seconds in shares.items():
        print(
            f"  {stage:8} {100 * seconds / total:5.1f} %   {1000 * seconds / files:6.1f} ms a file"
        )


if __name__ == "__main__":
    main()
