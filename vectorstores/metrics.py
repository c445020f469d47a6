"""The metrics of `GET /metrics`. Every metric has its name here.

No label names a project, a store or a question: labels are few words of our own, and the names of
models in the settings. Counting a search costs some 20 microseconds.
"""

from contextlib import AbstractContextManager
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Histogram

Part = Literal["embed", "database", "rerank", "rewrite"]
PassedOver = Literal["down", "behind"]

REGISTRY = CollectorRegistry()  # of one process; `config/monitoring.py` adds up those of all

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

SEARCHES = Counter(
    "vectorstores_searches_total",
    "Searches that were answered, by how they were planned and by which database answered.",
    ["vector", "text", "reranker", "database"],
    registry=REGISTRY,
)
SEARCH_SECONDS = Histogram(
    "vectorstores_search_seconds",
    "How long they took, from their parameters to their results.",
    ["vector", "text"],
    buckets=SECONDS,
    registry=REGISTRY,
)
PART_SECONDS = Histogram(
    "vectorstores_search_part_seconds",
    "How long each part of a search took.",
    ["part"],
    buckets=SECONDS,
    registry=REGISTRY,
)
RESULTS = Histogram(
    "vectorstores_search_results",
    "How many results searches had.",
    buckets=(0, 1, 2, 5, 10, 20, 50),
    registry=REGISTRY,
)
REPLICA_PASSED_OVER = Counter(
    "vectorstores_replica_passed_over_total",
    "Searches that the primary answered since the read replica was down, or behind.",
    ["why"],
    registry=REGISTRY,
)

# Counted in the database, and so the same from each process.
FILES_WITH_WARNINGS = "vectorstores_files_with_warnings"


def searched(
    *, vector: str, text: str, reranker: str, using: str, seconds: float, results: int
) -> None:
    """Count a search that was answered. `reranker` is `none` or its name, `using` an alias."""
    database = "primary" if using == "default" else using
    SEARCHES.labels(vector, text, reranker, database).inc()
    SEARCH_SECONDS.labels(vector, text).observe(seconds)
    RESULTS.observe(results)


def part(name: Part) -> AbstractContextManager[object]:
    """Time the block within, also if it fails."""
    return PART_SECONDS.labels(name).time()


def passed_over(why: PassedOver) -> None:
    REPLICA_PASSED_OVER.labels(why).inc()
