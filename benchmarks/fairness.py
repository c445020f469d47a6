"""Measure what a batch of one project costs another project's single file.

    python -m benchmarks.fairness [--embedder local] [--files 2000]

A project attaches single files of 8 KB to a service that has nothing else to do, one after the
other; then the same while another project's batch is being ingested. Prints the times from
attaching to completed, and their ratio.
"""

import argparse
import statistics
import subprocess
import sys
import threading
import time

from openai import OpenAI

from benchmarks.chaos.faults import environment
from benchmarks.running import attach, serving, text, upload
from tests.live import ROOT, Service

SINGLES = 30


def other_client(live: Service) -> OpenAI:
    """Return a client with a key of another project."""
    command = [sys.executable, "manage.py", "create_api_key", "neighbour"]
    made = subprocess.run(
        command, cwd=ROOT, env=environment(live), capture_output=True, text=True, check=True
    )
    (key,) = (word for word in made.stdout.split() if word.startswith("sk-"))
    return OpenAI(base_url=live.url, api_key=key, timeout=60)


def seconds(client: OpenAI, store_id: str, file_id: str) -> float:
    """Return the seconds from attaching one file to seeing it completed, polled every 5 ms."""
    started = time.perf_counter()
    file = client.vector_stores.files.create_and_poll(
        file_id, vector_store_id=store_id, poll_interval_ms=5
    )
    assert file.status == "completed", file.last_error
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--embedder", choices=["stub", "local"], default="stub")
    parser.add_argument("--files", type=int, default=2000)
    options = parser.parse_args()
    with serving(options.embedder) as running:
        client = other_client(running.service)
        store_id = client.vector_stores.create().id
        singles = upload(client, [text(-number) for number in range(1, 2 * SINGLES + 1)])
        crowd = upload(running.client, [text(number) for number in range(options.files)])
        seconds(client, store_id, singles[0])  # workers have loaded what they need
        idle = [seconds(client, store_id, file_id) for file_id in singles[1:SINGLES]]
        crowded_id = running.client.vector_stores.create().id
        batch = threading.Thread(target=attach, args=(running.client, crowded_id, crowd))
        started = time.perf_counter()
        batch.start()
        busy = []
        for file_id in singles[SINGLES:]:
            time.sleep(0.2)
            if not batch.is_alive():
                break
            busy.append(seconds(client, store_id, file_id))
        batch.join()
        took = time.perf_counter() - started
    report("alone", idle)
    report(f"beside a batch of {options.files} files", busy)
    ratio = statistics.median(busy) / statistics.median(idle)
    print(f"ratio of the medians: {ratio:.1f}; the batch took {took:.0f} s")


def report(name: str, times: list[float]) -> None:
    milliseconds = sorted(1000 * spent for spent in times)
    print(
        f"a single file {name}: median {statistics.median(milliseconds):.0f} ms, "
        f"slowest of {len(milliseconds)} {milliseconds[-1]:.0f} ms"
    )


if __name__ == "__main__":
    main()
