import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psutil
import psycopg
from openai import OpenAIError

from benchmarks.chaos.faults import Faults, environment
from benchmarks.chaos.feeding import Feeder, Promised
from benchmarks.chaos.invariants import DIMENSIONS, in_progress, violations
from benchmarks.stub_embedder import StubEmbedder
from tests.live import Service, service, wait_until

REST = 180.0  # seconds in which everything must have come to its end after the last fault

# Short times, so that a file that lost its worker is soon taken up again. A file may be hit by any
# number of faults here, which says nothing against it.
SETTINGS: dict[str, Any] = {
    "EMBEDDING_BACKEND": "openai",
    "EMBEDDING_MODEL": "stub",
    "EMBEDDING_DIMENSIONS": str(DIMENSIONS),
    "EMBEDDING_TIMEOUT": "2",
    "INGEST_LEASE_SECONDS": "3",
    "INGEST_DRAIN_SECONDS": "1",
    "INGEST_MAX_ATTEMPTS": "1000",
    "RATE_LIMITS": "false",
}


@dataclass
class Report:
    faults: Counter[str]
    statuses: Counter[str]
    promised: Promised
    seconds_of_faults: float
    seconds_to_rest: float
    chunks: int
    embedded: int
    processes: int
    violations: list[str]

    def __str__(self) -> str:
        lines = [f"{count:4} times {fault}" for fault, count in sorted(self.faults.items())]
        lines += [
            f"{self.faults.total()} faults in {self.seconds_of_faults:.0f} s; at rest "
            f"{self.seconds_to_rest:.0f} s after the last",
            f"{self.promised.refusals} requests refused, {self.processes} processes seen",
            f"files: {dict(self.statuses)}, {self.chunks} chunks; "
            f"{self.embedded} texts embedded, {self.embedded / max(1, self.chunks):.2f} a chunk",
            *(f"VIOLATION: {sentence}" for sentence in self.violations[:50]),
            f"{len(self.violations)} violations",
        ]
        return "\n".join(lines)


def run(*, rounds: int, seed: int, pause: float = 1.0) -> Report:
    """Cause `rounds` faults, about `pause` seconds apart, and then check the invariants."""
    rng = random.Random(seed)
    with StubEmbedder(dimensions=DIMENSIONS) as stub:
        threading.Thread(target=stub.serve_forever, daemon=True).start()
        with service(EMBEDDING_BASE_URL=stub.url, **SETTINGS) as live, watched(live) as seen:
            feeder = Feeder(live.client, seed)
            feeder.start()
            started = time.monotonic()
            faults = _trouble(Faults(live, stub, rng), rng, rounds, pause)
            feeder.enough.set()
            feeder.join()
            ended = time.monotonic()
            report = _at_rest(live, feeder.promised, faults, stub)
            report.seconds_of_faults = ended - started
            report.seconds_to_rest = time.monotonic() - ended
        report.processes = len(seen)
        report.violations += _left_behind(seen)
        stub.shutdown()
    return report


def _trouble(faults: Faults, rng: random.Random, rounds: int, pause: float) -> Counter[str]:
    """Cause each fault as often as any other, in random order, and return how often each came."""
    kinds = faults.all()
    done: Counter[str] = Counter()
    for number in range(rounds):
        if number % len(kinds) == 0:
            order = rng.sample(sorted(kinds), len(kinds))
        name = order[number % len(kinds)]
        kinds[name]()
        done[name] += 1
        time.sleep(rng.uniform(0.2, 2 * pause))
    return done


def _at_rest(live: Service, promised: Promised, faults: Counter[str], stub: StubEmbedder) -> Report:
    wait_until(lambda: _answers(live), seconds=REST)
    with psycopg.connect(environment(live)["DATABASE_URL"], autocommit=True) as database:
        stuck = []
        try:
            wait_until(lambda: in_progress(database) == 0, seconds=REST)
        except TimeoutError:
            stuck = [f"{in_progress(database)} files are still in progress after {REST:g} s"]
        found = stuck + list(violations(database, live.client, promised))
        statuses = database.execute(
            "SELECT status, count(*) FROM vectorstores_vectorstorefile GROUP BY status"
        ).fetchall()
        (chunks,) = database.execute("SELECT count(*) FROM chunk").fetchone()
    return Report(
        faults=faults,
        statuses=Counter(dict(statuses)),
        promised=promised,
        seconds_of_faults=0,
        seconds_to_rest=0,
        chunks=chunks,
        embedded=stub.texts,
        processes=0,
        violations=found,
    )


def _answers(live: Service) -> bool:
    try:
        return bool(live.client.with_options(timeout=2, max_retries=0).vector_stores.list(limit=1))
    except OpenAIError:
        return False


@contextmanager
def watched(live: Service) -> Iterator[set[psutil.Process]]:
    """Collect every process that ever belonged to the service, to look for it after the stop."""
    seen: set[psutil.Process] = set()
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.1):
            seen.update(live.processes())

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        seen.update(live.processes())
        over.set()
        thread.join()


def _left_behind(seen: set[psutil.Process]) -> list[str]:
    """Return the processes that still run.

    psutil also compares their start times, so a later process of the same number does not count.
    """
    _, alive = psutil.wait_procs(seen, timeout=10)
    return [f"process {process.pid} outlived the service: {process.name()}" for process in alive]
