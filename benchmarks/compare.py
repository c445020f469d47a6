"""Compare this checkout with another revision of it, side by side on this machine.

    python -m benchmarks.compare REVISION                # ingest and search, 24 pairs each
    python -m benchmarks.compare REVISION --pairs 40 --files 100

Both services run at once, each on fresh data of its own, with one stub embedder between them. Each
pair gives the same work to both, one after the other, and the order alternates. A shared machine
drifts by a fifth within minutes, so only the ratio within a pair counts: per measure this prints
the median ratio of times, new over old, and its 95 % bootstrap interval. Below 1 is faster.

    ingest         files that neither has seen before, from upload until all can be searched
    one file       the same for a single file: the time to its first answer
    search …       new questions to a store of --chunks chunks, by one client

The other revision runs with this virtualenv, so a dependency that it needs must be installed.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from benchmarks.embedding import stub
from benchmarks.running import attach, text, upload
from benchmarks.stores.clients import over_http
from tests.live import ROOT, Service, service

DIMENSIONS = 768
CHUNK_CHARACTERS = 1_600  # a chunk of 800 tokens begins so many characters after the one before
LARGE = 80_000  # characters of each file in the store that is searched
QUESTIONS = 40  # per pair and ranker

Measure = Callable[[Service, int], float]
"""Do the work of this pair's number with a service; returns seconds."""


def main() -> None:
    options = arguments()
    with checkout(options.revision) as other, stub(0, DIMENSIONS) as embedder:
        settings = {
            "EMBEDDING_BACKEND": "openai",
            "EMBEDDING_BASE_URL": f"{embedder}/v1",
            "EMBEDDING_MODEL": "stub",
            "EMBEDDING_DIMENSIONS": str(DIMENSIONS),
            "RATE_LIMITS": "false",
        }
        with service(root=other, **settings) as old, service(**settings) as new:
            stores = {live.port: filled(live, options.chunks) for live in (old, new)}
            measures: dict[str, Measure] = {
                "ingest": lambda live, number: ingest(live, number, options.files),
                "one file": lambda live, number: ingest(live, number + 1_000, 1),
                "search auto": lambda live, _: search(live, stores[live.port], "auto"),
                "search none": lambda live, _: search(live, stores[live.port], "none"),
            }
            report(compare(old, new, measures, options.pairs))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("revision", help="a Git revision: a commit, a tag, HEAD~3")
    parser.add_argument("--pairs", type=int, default=24)
    parser.add_argument("--files", type=int, default=60, help="of 8 KB, per pair")
    parser.add_argument("--chunks", type=int, default=10_000, help="of the store that is searched")
    return parser.parse_args()


@contextmanager
def checkout(revision: str) -> Iterator[Path]:
    """Yield a worktree of the revision, and remove it in the end."""
    with tempfile.TemporaryDirectory(prefix="vectorstores-compare-") as home:
        worktree = Path(home, "checkout")
        Path(home).chmod(0o711)  # Postgres may run as another account and must pass through
        git("worktree", "add", "--detach", str(worktree), revision)
        try:
            yield worktree
        finally:
            git("worktree", "remove", "--force", str(worktree))


def git(*words: str) -> None:
    subprocess.run(["git", *words], cwd=ROOT, check=True, stdout=sys.stderr)


def filled(live: Service, chunks: int) -> str:
    """Return the id of a store of about so many chunks, and have every worker warm."""
    files = max(1, chunks * CHUNK_CHARACTERS // LARGE)
    store_id = live.client.vector_stores.create().id
    texts = [text(-1 - number, LARGE) for number in range(files)]
    attach(live.client, store_id, upload(live.client, texts))
    return store_id


def ingest(live: Service, number: int, files: int) -> float:
    texts = [text(1_000 * number + each) for each in range(files)]
    store_id = live.client.vector_stores.create().id
    began = time.perf_counter()
    attach(live.client, store_id, upload(live.client, texts))
    return time.perf_counter() - began


def search(live: Service, store_id: str, ranker: str) -> float:
    """Return the median of some questions that were never asked before."""
    times = []
    with over_http(live.port, live.api_key, store_id, ranker, repeated=False) as ask:
        ask(0)  # which opens the connection
        for number in range(QUESTIONS):
            began = time.perf_counter()
            ask(number)
            times.append(time.perf_counter() - began)
    return float(np.median(times))


def compare(
    old: Service, new: Service, measures: dict[str, Measure], pairs: int
) -> dict[str, list[tuple[float, float]]]:
    """Return seconds of (old, new) for each measure and pair. The first pair only warms up."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in measures}
    for number in range(pairs + 1):
        for name, measure in measures.items():
            order = (old, new) if number % 2 else (new, old)
            took = {live.port: measure(live, number) for live in order}
            if number:
                times[name].append((took[old.port], took[new.port]))
    return times


def report(times: dict[str, list[tuple[float, float]]]) -> None:
    print(f"{'':12} {'pairs':>5} {'old ms':>8} {'new ms':>8}   ratio   95 % interval")
    for name, pairs in times.items():
        old, new = (1000 * np.median(side) for side in np.array(pairs).T)
        ratios = np.array([after / before for before, after in pairs])
        low, high = interval(ratios)
        print(
            f"{name:12} {len(pairs):5} {old:8.1f} {new:8.1f}   "
            f"{np.median(ratios):.3f}   {low:.3f} to {high:.3f}"
        )


def interval(ratios: np.ndarray) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of the median (Efron's percentile method)."""
    drawn = np.random.default_rng(1).choice(ratios, (10_000, len(ratios)))
    low, high = np.quantile(np.median(drawn, axis=1), (0.025, 0.975))
    return float(low), float(high)


if __name__ == "__main__":
    main()
