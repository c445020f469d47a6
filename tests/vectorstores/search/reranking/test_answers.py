import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstores.search.reranking import read_scores


def cohere(*results: object) -> bytes:
    return json.dumps({"results": results}).encode()


def tei(*results: object) -> bytes:
    return json.dumps(results).encode()


def test_both_answer_shapes_are_read():
    assert read_scores(cohere({"index": 0, "relevance_score": 0.5}), count=1).tolist() == [0.5]
    assert read_scores(tei({"index": 0, "score": 1}), count=1).tolist() == [1.0]


def test_a_score_belongs_to_the_text_at_its_index():
    body = tei({"index": 2, "score": 3}, {"index": 0, "score": 1}, {"index": 1, "score": 2})

    assert read_scores(body, count=3).tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Welcome</html>",
        b"null",
        b"7",
        b'"results"',
        b"{}",
        b'{"results": null}',
        b'{"results": 7}',
        b'{"data": []}',
        b"[" * 100_000,
        b"\xff",
        tei(1),
        tei("index"),
        tei([0, 0.5]),
        tei({"index": 0}),
        tei({"score": 0.5}),
        tei({"index": 0, "score": None}),
        tei({"index": 0, "score": "0.5"}),
        tei({"index": 0, "score": True}),
        tei({"index": 0, "score": [0.5]}),
        tei({"index": 0, "score": 10**400}),
        cohere({"index": 0, "relevance_score": None, "score": 0.5}),
    ],
)
def test_an_answer_without_a_list_of_scores_is_refused(body: bytes):
    with pytest.raises(ValueError, match=r"^not with a list of scores$"):
        read_scores(body, count=1)


@pytest.mark.parametrize("index", ["-1", "2", "0.0", '"0"', "true", "null", "[]", "9" * 100])
def test_an_index_out_of_range_is_named_in_the_error(index: str):
    body = f'[{{"index": {index}, "score": 0.5}}, {{"index": 1, "score": 0.5}}]'.encode()

    with pytest.raises(ValueError, match=r"^with a score for text .{1,20} of 2$"):
        read_scores(body, count=2)


@pytest.mark.parametrize("score", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_score_that_is_not_a_number_is_refused(score: str):
    body = f'[{{"index": 0, "score": {score}}}]'.encode()

    with pytest.raises(ValueError, match=r"^with a score of (nan|-?inf) for text 0$"):
        read_scores(body, count=1)


def test_two_scores_for_one_text_are_refused():
    body = tei({"index": 0, "score": 0.5}, {"index": 0, "score": 0.6})

    with pytest.raises(ValueError, match=r"^with two scores for text 0$"):
        read_scores(body, count=2)


def test_a_text_without_a_score_is_refused():
    with pytest.raises(ValueError, match=r"^with 1 scores for 2 texts$"):
        read_scores(tei({"index": 1, "score": 0.5}), count=2)
    with pytest.raises(ValueError, match=r"^with 0 scores for 2 texts$"):
        read_scores(b"[]", count=2)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["results", "index", "score", "relevance_score", "data"]), inner
        )
    ),
    max_leaves=12,
)


@given(answer=JSON, count=st.integers(1, 3))
def test_an_answer_has_a_finite_score_for_each_text_or_is_refused(answer: object, count: int):
    try:
        scores = read_scores(json.dumps(answer).encode(), count=count)
    except ValueError as error:
        assert str(error).startswith(("with ", "not with "))
    else:
        assert scores.shape == (count,)
        assert np.isfinite(scores).all()


@given(body=st.binary(max_size=40))
def test_arbitrary_bytes_raise_only_a_value_error(body: bytes):
    with pytest.raises(ValueError, match="with "):
        read_scores(body, count=1)


SCORES = st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20)


@given(scores=SCORES, data=st.data())
def test_scores_are_read_in_any_order(scores: list[float], data: st.DataObject):
    results = [{"index": index, "score": score} for index, score in enumerate(scores)]
    shuffled = data.draw(st.permutations(results))

    read = read_scores(json.dumps(shuffled).encode(), count=len(scores))

    assert read.tolist() == scores
    assert all(math.isfinite(score) for score in read)
