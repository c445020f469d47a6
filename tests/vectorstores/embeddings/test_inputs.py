import numpy as np
import pytest

from vectorstores.embeddings.errors import InputRefused
from vectorstores.embeddings.inputs import (
    TOKENS_PER_INPUT,
    TOKENS_PER_REQUEST,
    Embedded,
    count_sent,
    joined,
    within_limits,
)


def test_what_is_within_the_limits_is_counted():
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
