"""The metrics of searches, and their names."""

from typing import Any

import pytest

from vectorstores import metrics

SEARCH = {"vector": "hnsw_filtered", "text": "gin", "reranker": "none", "database": "primary"}


def value(name: str, **labels: str) -> float:
    return metrics.REGISTRY.get_sample_value(name, labels) or 0.0


def count(**changes: Any) -> None:
    search: dict[str, Any] = {
        "vector": "hnsw_filtered",
        "text": "gin",
        "reranker": "none",
        "using": "default",
    }
    metrics.searched(**{**search, "seconds": 0.02, "results": 10, **changes})


def test_a_search_is_counted_by_its_plan():
    before = value("vectorstores_searches_total", **SEARCH)

    count()

    assert value("vectorstores_searches_total", **SEARCH) == before + 1


def test_a_search_on_the_replica_is_told_from_others():
    labels = {**SEARCH, "database": "replica"}
    before = value("vectorstores_searches_total", **labels)

    count(using="replica")

    assert value("vectorstores_searches_total", **labels) == before + 1


def test_a_search_is_counted_by_how_long_it_took():
    plan = {"vector": "exact", "text": "none"}
    name = "vectorstores_search_seconds"
    quick, slow, total = (
        value(f"{name}_bucket", **plan, le="0.005"),
        value(f"{name}_bucket", **plan, le="0.01"),
        value(f"{name}_sum", **plan),
    )

    count(**plan, seconds=0.007)

    assert value(f"{name}_bucket", **plan, le="0.005") == quick
    assert value(f"{name}_bucket", **plan, le="0.01") == slow + 1
    assert value(f"{name}_sum", **plan) == pytest.approx(total + 0.007)


def test_searches_without_results_can_be_told_from_others():
    empty = value("vectorstores_search_results_bucket", le="0.0")

    count(results=0)
    count(results=1)

    assert value("vectorstores_search_results_bucket", le="0.0") == empty + 1


def test_a_part_is_timed_also_where_it_fails():
    before = value("vectorstores_search_part_seconds_count", part="embed")

    with pytest.raises(OSError, match="no route"), metrics.part("embed"):
        raise OSError("no route")

    assert value("vectorstores_search_part_seconds_count", part="embed") == before + 1
