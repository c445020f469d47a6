import numpy as np

from benchmarks.quality.exact import Words, best
from benchmarks.quality.joining import bounded, reciprocal_ranks, stretched, stretched_apart

COSINES = np.array([0.9, 0.8, 0.1, 0.0], np.float32)
WORDS = np.array([0.0, 0.5, 0.6, 0.0], np.float32)


def test_a_word_score_is_a_share_of_the_maximum_and_rare_words_count_more():
    words = Words(["a fox", "a fox", "a zebra", "a hen", "a zebra with a fox that is a hen"])

    scores = words.scores("the fox and the zebra")

    assert best(scores, 10) == [4, 2, 0, 1]
    assert 0 < scores.max() < 1
    assert not words.scores("owl").any()


def test_chunks_without_a_score_are_not_among_the_best():
    assert best(WORDS, 10) == [2, 1]


def test_bounded_scores_are_weighted_unchanged():
    np.testing.assert_allclose(bounded(0.5)(COSINES, WORDS), [0.45, 0.65, 0.35, 0], atol=1e-6)


def test_reciprocal_ranks_depend_on_the_order_alone():
    joined = reciprocal_ranks(60)(COSINES, WORDS)

    np.testing.assert_allclose(joined, [1 / 61, 2 / 62, 1 / 63 + 1 / 61, 0], atol=1e-6)


def test_stretched_scores_span_the_worst_to_the_best_candidate():
    np.testing.assert_allclose(stretched(0.5)(COSINES, WORDS), [0.5, 41 / 48, 0.5, 0], atol=1e-6)


def test_a_chunk_in_only_one_list_scores_zero_in_the_other():
    np.testing.assert_allclose(
        stretched_apart(0.5)(COSINES, WORDS), [0.5, 7 / 16, 0.5, 0], atol=1e-6
    )
