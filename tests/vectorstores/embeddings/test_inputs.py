import numpy as np
import pytest

from vectorstores.embeddings.errors import EmbeddingRefused, InputRefused
from vectorstores.embeddings.inputs import (
    MOST_BYTES,
    MOST_INPUTS,
    TOKENS_PER_INPUT,
    TOKENS_PER_REQUEST,
    Embedded,
    batches,
    count_sent,
    joined,
    unit_length,
    within_limits,
)


def test_inputs_within_the_limits_are_counted():
    counts = [TOKENS_PER_INPUT] * 36 + [TOKENS_PER_REQUEST - 36 * TOKENS_PER_INPUT]

    assert within_limits(counts) == TOKENS_PER_REQUEST
    assert within_limits([]) == 0


def test_an_input_that_is_too_long_is_found():
    with pytest.raises(InputRefused, match="maximum input length is 8192 tokens") as caught:
        within_limits([1, 2, TOKENS_PER_INPUT + 1])

    assert caught.value.path == (2,)


def test_a_request_that_is_too_long_as_a_whole_is_found_before_all_is_counted():
    counts = iter([8000] * 2048)

    with pytest.raises(
        InputRefused, match="maximum request size is 300000 tokens per request"
    ) as caught:
        within_limits(counts)

    assert caught.value.path == ()
    assert len(list(counts)) == 2048 - 38


def test_only_tokens_count_as_tokens():
    assert count_sent([[1, 2, 3], [4]]) == 4
    assert count_sent(["four words of text", "and more"]) == 0


def test_parts_are_put_together_in_order():
    one, two = np.ones((1, 3), np.float32), np.zeros((2, 3), np.float32)

    whole = joined([Embedded(one, 5), Embedded(two, 7)], dimensions=3)

    assert whole.vectors.tolist() == [[1, 1, 1], [0, 0, 0], [0, 0, 0]]
    assert whole.tokens == 12


def test_no_parts_are_no_vectors():
    whole = joined([], dimensions=3)

    assert (whole.vectors.shape, whole.tokens) == ((0, 3), 0)


def test_short_texts_are_cut_by_number():
    texts = ["a"] * (2 * MOST_INPUTS + 1)

    sizes = [len(batch) for batch in batches(texts)]

    assert sizes == [MOST_INPUTS, MOST_INPUTS, 1]


def test_long_texts_are_cut_by_bytes_and_not_by_characters():
    texts = ["é" * (MOST_BYTES // 4)] * 5  # half of the limit each, in UTF-8

    sizes = [len(batch) for batch in batches(texts)]

    assert sizes == [2, 2, 1]


def test_a_text_beyond_the_limit_goes_alone():
    texts = ["a", "b" * (MOST_BYTES + 1), "c", "d"]

    cut = [list(batch) for batch in batches(texts)]

    assert cut == [["a"], ["b" * (MOST_BYTES + 1)], ["c", "d"]]


def test_tokens_are_cut_by_their_number():
    arrays = [[1] * (MOST_BYTES // 2)] * 5

    sizes = [len(batch) for batch in batches(arrays)]

    assert sizes == [2, 2, 1]


def test_the_order_is_kept_and_nothing_is_lost():
    texts = [str(number) * (number * 97 % 4001) for number in range(3000)]

    cut = list(batches(texts))

    assert [text for batch in cut for text in batch] == texts
    assert all(sum(len(text) for text in batch) <= MOST_BYTES for batch in cut)


def test_no_texts_make_no_batch():
    assert list(batches([])) == []


def test_rows_get_length_one_and_keep_their_direction():
    vectors = unit_length([[3.0, 4.0], [0.0, -2.0]])

    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, [[0.6, 0.8], [0.0, -1.0]], rtol=1e-6)


def test_numbers_whose_squares_overflow_a_float32_are_fine():
    vectors = unit_length(np.array([[1e30, 1e30]], np.float32))

    np.testing.assert_allclose(vectors, [[0.5**0.5, 0.5**0.5]], rtol=1e-6)


def test_no_rows_stay_no_rows():
    vectors = unit_length(np.empty((0, 7)))

    assert vectors.shape == (0, 7)


@pytest.mark.parametrize(
    "row", [[0.0, 0.0], [float("nan"), 1.0], [float("inf"), 1.0], [1e300, 1.0]]
)
def test_a_row_without_a_direction_is_refused(row: list[float]):
    with pytest.raises(EmbeddingRefused, match="zeros or one with infinite"):
        unit_length([[1.0, 0.0], row])
