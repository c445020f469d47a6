from dataclasses import astuple

import pytest

from benchmarks.quality.metrics import Found, Marks, marks, mean


def found(pattern: str, tokens: int = 800) -> list[Found]:
    """Return a list in which `x` is relevant."""
    return [Found(letter == "x", tokens) for letter in pattern]


def test_a_perfect_ranking_has_full_marks():
    assert astuple(marks(found("xx........"), known=2)) == (1, 1, 1, 1, 1)


def test_a_ranking_without_an_answer_has_zero_marks():
    assert astuple(marks(found("." * 20), known=1)) == (0, 0, 0, 0, 0)
    assert astuple(marks([], known=1)) == (0, 0, 0, 0, 0)


def test_the_rank_is_that_of_the_first_answer():
    given = marks(found("..x.x....."), known=3)

    assert (given.recall_1, given.recall_10, given.mrr) == (0, 1, pytest.approx(1 / 3))


def test_gain_is_relative_to_the_ideal_ranking():
    given = marks(found("x.x......."), known=2)

    assert given.ndcg == pytest.approx((1 + 1 / 2) / (1 + 0.6309), abs=1e-4)


def test_the_eleventh_chunk_does_not_count():
    given = marks(found(".........." + "x"), known=1)

    assert (given.recall_10, given.mrr, given.ndcg) == (0, 0, 0)


def test_the_budget_counts_tokens_rather_than_chunks():
    assert marks(found("....x"), known=1).in_budget == 1
    assert marks(found(".....x"), known=1).in_budget == 0
    assert marks(found("." * 19 + "x", tokens=200), known=1).in_budget == 1


def test_each_mark_is_averaged_separately():
    assert mean([Marks(1, 1, 1, 1, 1), Marks(0, 1, 0.5, 0.25, 0)]) == Marks(
        0.5, 1, 0.75, 0.625, 0.5
    )
