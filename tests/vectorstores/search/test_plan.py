"""The plan of a search, decided from the facts of its store."""

from typing import Any

import pytest

from vectorstores.search.plan import Plan, choose_plan, most_to_count
from vectorstores.search.store_facts import StoreFacts

BOTH = {"vector_index": True, "text_index": True}


def planned(indexes: dict[str, Any] = BOTH, chunks: int = 1_000_000, **options: Any) -> Plan:
    usual: dict[str, Any] = {
        "dimensions": 384,
        "vector_weight": 0.7,
        "filtered": False,
        "matches": None,
    }
    return choose_plan(StoreFacts(**indexes, chunks=chunks), **{**usual, **options})


@pytest.mark.parametrize(
    ("indexes", "expected"),
    [
        ({}, ("exact", "exact")),
        ({"vector_index": True}, ("hnsw", "exact")),
        ({"text_index": True}, ("exact", "gin")),
        (BOTH, ("hnsw", "gin")),
    ],
    ids=str,
)
def test_each_leg_uses_its_index_if_there_is_one(indexes, expected):
    decided = planned(indexes=indexes)

    assert (decided.vector, decided.text) == expected


@pytest.mark.parametrize(
    ("vector_weight", "expected"),
    [(1, ("hnsw", "none")), (0, ("none", "gin")), (0.5, ("hnsw", "gin"))],
)
def test_a_leg_without_weight_is_left_out(vector_weight, expected):
    decided = planned(vector_weight=vector_weight)

    assert (decided.vector, decided.text) == expected


@pytest.mark.parametrize(
    ("chunks", "matches", "expected"),
    [
        # Up to 20,000 matches all are compared, and below a share of the store: of vectors a fifth,
        # of words a twentieth.
        (50_000, 0, ("exact", "exact")),
        (50_000, 20_000, ("exact", "exact")),
        (50_000, 20_001, ("hnsw_filtered", "gin")),
        (1_000_000, 20_001, ("exact", "exact")),
        (1_000_000, 50_000, ("exact", "exact")),
        (1_000_000, 50_001, ("exact", "gin")),
        (1_000_000, 200_000, ("exact", "gin")),
        (1_000_000, 200_001, ("hnsw_filtered", "gin")),
    ],
)
def test_all_chunks_are_compared_if_a_filter_leaves_few(chunks, matches, expected):
    decided = planned(chunks=chunks, filtered=True, matches=matches)

    assert (decided.vector, decided.text) == expected
    assert decided.matches == matches


def test_longer_vectors_are_worth_an_index_at_fewer_chunks():
    decided = planned(chunks=25_000, dimensions=1536, filtered=True, matches=5_001)

    assert (decided.vector, decided.text) == ("hnsw_filtered", "exact")


@pytest.mark.parametrize("chunks", [0, 10_000, 400_000, 1_000_000])
@pytest.mark.parametrize("dimensions", [256, 384, 1536])
def test_matches_are_counted_only_up_to_the_threshold(chunks, dimensions):
    enough = most_to_count(StoreFacts(chunks=chunks), dimensions)

    def decided(matches: int) -> tuple[str, str]:
        by = planned(chunks=chunks, dimensions=dimensions, filtered=True, matches=matches)
        return by.vector, by.text

    assert decided(enough) == decided(10 * enough) == ("hnsw_filtered", "gin")


def test_a_plan_can_be_read():
    assert str(planned()) == "vector=hnsw, text=gin"
    assert (
        str(planned(filtered=True, matches=260_000))
        == "vector=hnsw_filtered, text=gin, matches=260000"
    )
