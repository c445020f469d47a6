"""Measure the share of the truly best chunks that a search finds, by size and filter.

    python -m benchmarks.recall
    python -m benchmarks.recall --sizes 1000 10000 100000 --questions 200

The truth is computed by numpy from all vectors. Each store is searched as the service does it, the
plan included, with 10 and with 50 results: when it was filled, and again after three tenths of its
files were taken out, some were put in, and the attributes of all others drawn anew. Its index is
then still the old one: were it any older, it would be built anew.
"""

import argparse
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.in_process import database
from benchmarks.stores.vectors import Space

if TYPE_CHECKING:
    from benchmarks.stores.filling import Filled
    from vectorstores.models import VectorStore

SIZES = (1_000, 10_000, 20_000, 50_000, 100_000, 300_000, 1_000_000)
DIMENSIONS = 384
LIMITS = (10, 50)


@dataclass
class Measured:
    """The measurements of the questions with one filter and limit."""

    plan: str = ""
    recalls: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    short: int = 0  # answers with fewer chunks than there are


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--keep", type=Path, help="a directory for the database, to be used again")
    given = parser.parse_args()
    settings = {"EMBEDDING_BACKEND": "hashing", "EMBEDDING_DIMENSIONS": str(DIMENSIONS)}
    with database(keep=given.keep, **settings):
        for size in given.sizes:
            measure(size, given.questions)


def measure(size: int, questions: int) -> None:
    from benchmarks.stores import churning, filling
    from vectorstores.models import Project

    space = Space.of(DIMENSIONS)
    asked = space.questions(np.random.default_rng(9), questions)
    project = Project.objects.create(name=f"{size} chunks, {time.time()}")
    store = filling.new_store(project, f"{size}", model="hashing", dimensions=DIMENSIONS)
    began = time.monotonic()
    filled = filling.fill(store, space, size)
    print(f"\n{size:,} chunks, written in {time.monotonic() - began:.0f} s")
    index(store)
    table(store, filled, asked)
    began = time.monotonic()
    filled = churning.churn(store, space, filled)
    print(f"{size:,} chunks, three tenths of them gone, in {time.monotonic() - began:.0f} s")
    table(store, filled, asked)
    churning.drop(store)


def index(store: "VectorStore") -> None:
    """Build whatever indexes a review finds that the store needs."""
    from benchmarks.stores import indexing

    for done, seconds in indexing.build_all(store):
        print(f"  {done}: {seconds:.0f} s")


def table(store: "VectorStore", filled: "Filled", asked: NDArray[np.float16]) -> None:
    from benchmarks.stores.filling import SHARES, TOPICS

    print(
        f"  {'filter':14} {'matches':>9} {'limit':>5}  {'recall':>6} {'least':>6} {'short':>5} "
        f"{'p50 ms':>8} {'p95 ms':>8}  plan"
    )
    for name in (None, *SHARES, *TOPICS):
        matching = matches(filled, name)
        if not len(matching):
            continue
        best = truth(filled.vectors, matching, asked)
        for limit in LIMITS:
            seen = searched(store, filled, asked, best[:, :limit], name, limit)
            show(name or "none", len(matching), limit, seen)


def matches(filled: "Filled", name: str | None) -> NDArray[np.int64]:
    """Return which chunks a filter leaves."""
    if name is None:
        return np.arange(len(filled.store_file))
    files = [pk for pk, given in filled.attributes.items() if given.get(name)]
    return np.flatnonzero(np.isin(filled.store_file, files))


def truth(
    vectors: NDArray[np.float16], matching: NDArray[np.int64], asked: NDArray[np.float16]
) -> NDArray[np.int64]:
    """Return (questions, up to 50) of the nearest chunks, nearest first."""
    cosines = np.empty((len(asked), len(matching)), np.float32)
    for start in range(0, len(matching), 50_000):
        part = matching[start : start + 50_000]
        cosines[:, start : start + len(part)] = (
            asked.astype(np.float32) @ vectors[part].astype(np.float32).T
        )
    most = min(max(LIMITS), len(matching))
    nearest = np.argpartition(-cosines, most - 1, axis=1)[:, :most]
    order = np.argsort(-np.take_along_axis(cosines, nearest, axis=1), axis=1, kind="stable")
    found: NDArray[np.int64] = matching[np.take_along_axis(nearest, order, axis=1)]
    return found


def searched(
    store: "VectorStore",
    filled: "Filled",
    asked: NDArray[np.float16],
    best: NDArray[np.int64],
    name: str | None,
    limit: int,
) -> Measured:
    from django.db.models import Q
    from django.utils import timezone
    from pgvector import HalfVector

    from vectorstores.search.execution import Execution
    from vectorstores.search.questions import Question
    from vectorstores.search.store_facts import store_facts

    where = Q(attributes__contains={name: True}) if name else Q()
    seen = Measured()
    for question, true in zip(asked, best, strict=True):
        began = time.perf_counter()
        how: dict[str, Any] = {"limit": limit, "vector_weight": 1.0, "now": timezone.now()}
        execution = Execution(store, where, store_facts(store), **how)
        rows = execution.find(Question(HalfVector(question)))
        seen.seconds.append(time.perf_counter() - began)
        places = set(
            zip(filled.store_file[true].tolist(), filled.position[true].tolist(), strict=True)
        )
        found = {(row.store_file_id, row.position) for row in rows}
        seen.recalls.append(len(found & places) / len(places))
        seen.short += len(rows) < len(places)
        seen.plan = str(execution.plan)
    return seen


def show(name: str, matching: int, limit: int, seen: Measured) -> None:
    milliseconds = 1000 * np.array(seen.seconds)
    print(
        f"  {name:14} {matching:9,} {limit:5}  {np.mean(seen.recalls):6.4f} "
        f"{np.min(seen.recalls):6.2f} {seen.short:5} "
        f"{np.percentile(milliseconds, 50):8.1f} {np.percentile(milliseconds, 95):8.1f}  "
        f"{seen.plan}",
        flush=True,
    )


if __name__ == "__main__":
    main()
