"""Needs decided from facts, with 384 dimensions and a threshold of 1,000 chunks."""

from typing import Any
from uuid import UUID

import pytest

from vectorstores.indexes.definitions import Target
from vectorstores.indexes.needs import (
    Existing,
    Facts,
    Need,
    Step,
    index_min_rows,
    needs,
    text_index_min_rows,
)
from vectorstores.models import IndexKind

STORE = UUID(int=1)
VECTORS, TEXTS = Target(IndexKind.VECTOR, STORE, 1), Target(IndexKind.TEXT, STORE)
NEXT = Target(IndexKind.VECTOR, STORE, 2)


@pytest.fixture(autouse=True)
def threshold(settings) -> None:
    settings.INDEX_FROM_CHUNKS = 1000


def facts(*existing: Existing, **known: Any) -> Facts:
    usual = {
        "store_id": STORE,
        "generation": 1,
        "generations": frozenset({1}),
        "dimensions": 384,
        "chunks": 1000,
        "is_busy": False,
    }
    return Facts(**{**usual, **known, "existing": existing})


def valid(target: Target, churn: float = 0.0) -> Existing:
    return Existing(target, is_valid=True, churn=churn)


def invalid(target: Target) -> Existing:
    return Existing(target, is_valid=False)


def steps(found: list[Need]) -> dict[Target, Step]:
    assert len({need.target for need in found}) == len(found)
    return {need.target: need.step for need in found}


def both(step: Step) -> dict[Target, Step]:
    return {VECTORS: step, TEXTS: step}


@pytest.mark.parametrize(
    ("chunks", "is_busy", "wanted"),
    [
        (0, False, {}),
        (999, False, {}),
        (1000, False, both(Step.BUILD)),
        (1000, True, both(Step.WAIT)),
        (4999, True, both(Step.WAIT)),
        (5000, True, both(Step.BUILD)),
    ],
)
def test_a_store_is_indexed_when_it_is_large_and_quiet_or_very_large(chunks, is_busy, wanted):
    assert steps(needs(facts(chunks=chunks, is_busy=is_busy))) == wanted


def test_vectors_and_terms_have_separate_thresholds():
    assert steps(needs(facts(chunks=600, dimensions=768))) == {VECTORS: Step.BUILD}
    assert steps(needs(facts(chunks=1200, dimensions=256))) == {TEXTS: Step.BUILD}


@pytest.mark.parametrize(
    ("chunks", "wanted"),
    [(500, {TEXTS: Step.TIDY}), (499, both(Step.DROP)), (0, both(Step.DROP))],
)
def test_an_index_is_kept_down_to_half_the_threshold(chunks, wanted):
    assert steps(needs(facts(valid(VECTORS), valid(TEXTS), chunks=chunks))) == wanted


@pytest.mark.parametrize(
    ("chunks", "is_busy", "wanted"),
    [(1000, False, Step.BUILD), (1000, True, Step.WAIT), (999, False, Step.DROP)],
)
def test_an_invalid_index_is_rebuilt_if_needed_and_dropped_otherwise(chunks, is_busy, wanted):
    found = needs(facts(invalid(VECTORS), invalid(TEXTS), chunks=chunks, is_busy=is_busy))

    assert steps(found) == both(wanted)


@pytest.mark.parametrize(
    ("churn", "is_busy", "wanted"),
    [
        (0.3, False, None),
        (0.31, False, Step.REBUILD),
        (0.31, True, Step.WAIT),
        (0.6, True, Step.WAIT),
        (0.61, True, Step.REBUILD),
    ],
)
def test_a_graph_is_rebuilt_after_much_of_it_was_removed(churn, is_busy, wanted):
    found = needs(facts(valid(VECTORS, churn), valid(TEXTS), is_busy=is_busy))

    assert steps(found).get(VECTORS) == wanted


def test_a_text_index_is_tidied_when_the_store_is_quiet():
    assert steps(needs(facts(valid(VECTORS), valid(TEXTS)))) == {TEXTS: Step.TIDY}
    assert steps(needs(facts(valid(VECTORS), valid(TEXTS), is_busy=True))) == {}


def test_a_closed_store_keeps_no_index():
    found = needs(facts(valid(VECTORS), invalid(NEXT), valid(TEXTS), generations=frozenset()))

    assert steps(found) == {VECTORS: Step.DROP, NEXT: Step.DROP, TEXTS: Step.DROP}


def test_an_abandoned_generation_loses_its_index():
    found = needs(
        facts(valid(VECTORS), valid(NEXT), generation=2, generations=frozenset({2}), chunks=5000)
    )

    assert steps(found) == {VECTORS: Step.DROP, TEXTS: Step.BUILD}


def test_both_generations_keep_their_indexes_during_reembedding():
    found = needs(facts(valid(VECTORS), valid(NEXT), valid(TEXTS), generations=frozenset({1, 2})))

    assert steps(found) == {TEXTS: Step.TIDY}


@pytest.mark.parametrize(
    ("dimensions", "chunks"), [(384, 20_000), (768, 10_000), (1536, 5_000), (256, 30_000)]
)
def test_longer_vectors_are_indexed_at_fewer_chunks(settings, dimensions, chunks):
    settings.INDEX_FROM_CHUNKS = 20_000

    assert index_min_rows(dimensions) == chunks


def test_the_threshold_for_terms_does_not_depend_on_the_model(settings):
    settings.INDEX_FROM_CHUNKS = 20_000

    assert text_index_min_rows() == 20_000


def test_the_threshold_is_at_least_one_row(settings):
    settings.INDEX_FROM_CHUNKS = 1

    assert index_min_rows(4000) == 1
