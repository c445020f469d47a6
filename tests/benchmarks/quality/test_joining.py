import numpy as np

from benchmarks.quality.exact import Words, best
from benchmarks.quality.joining import bounded, reciprocal_ranks, stretched, stretched_apart

COSINES = np.array([0.9, 0.8, 0.1, 0.0], np.float32)
WORDS = np.array([0.0, 0.5, 0.6, 0.0], np.float32)


def test_words_are_a_share_of_what_could_be_and_rare_ones_count_more():
    words = Words(["a fox", "a fox", "a zebra", "a hen", "a zebra with a fox that is a hen"])

    scores = words.scores("the fox and the zebra")

    assert best(scores, 10) == [4, 2, 0, 1]
    assert 0 < scores.max() < 1
    assert not words.scores("owl").any()


def test_what_has_no_score_is_not_among_the_best():
    assert best(WORDS, 10) == [2, 1]


def test_bounded_scores_are_weighed_as_they_are():
    np.testing.assert_allclose(bounded(0.5)(COSINES, WORDS), [0.45, 0.65, 0.35, 0], atol=1e-6)


def test_reciprocal_ranks_know_the_order_alone():
    joined = reciprocal_ranks(60)(COSINES, WORDS)

    np.testing.assert_allclose(joined, [1 / 61, 2 / 62, 1 / 63 + 1 / 61, 0], atol=1e-6)


def test_stretched_scores_reach_from_the_least_to_the_best_candidate():
    np.testing.assert_allclose(stretched(0.5)(COSINES, WORDS), [0.5, 41 / 48, 0.5, 0], atol=1e-6)


def test_who_is_in_one_list_only_has_nothing_from_the_other():
    np.testing.assert_allclose(
        stretched_apart(0.5)(COSINES, WORDS), [0.5, 7 / 16, 0.5, 0], atol=1e-6
    )
