import base64
import json

import numpy as np
import pytest

from vectorstores.embeddings.openai import read_answer


def answer(*embeddings: object) -> bytes:
    return json.dumps({"data": [{"embedding": one} for one in embeddings]}).encode()


def test_base64_is_little_endian_float32():
    text = base64.b64encode(np.array([0.5, -2.0], "<f4").tobytes()).decode()

    vectors = read_answer(answer(text), count=1).vectors

    assert vectors.tolist() == [[0.5, -2.0]]


def test_lists_of_numbers_are_understood_as_well():
    vectors = read_answer(answer([0.5, -2], [1, 0]), count=2).vectors

    assert vectors.tolist() == [[0.5, -2.0], [1.0, 0.0]]


def test_the_index_decides_whose_vector_it_is():
    data = [{"index": 1, "embedding": [2.0]}, {"index": 0, "embedding": [1.0]}]

    vectors = read_answer(json.dumps({"data": data}).encode(), count=2).vectors

    assert vectors.tolist() == [[1.0], [2.0]]


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [
        ({"prompt_tokens": 7, "total_tokens": 7}, 7),
        ({"prompt_tokens": 7, "total_tokens": 9}, 7),
        ({"total_tokens": 9}, 9),
        ({}, 0),
        (None, 0),
        ([7], 0),
        ({"prompt_tokens": None}, 0),
        ({"prompt_tokens": "7"}, 0),
        ({"prompt_tokens": True}, 0),
        ({"prompt_tokens": -7}, 0),
    ],
)
def test_tokens_are_what_the_service_counted_and_none_if_it_does_not_say(usage, tokens: int):
    body = json.dumps({"data": [{"embedding": [1.0]}], "usage": usage}).encode()

    assert read_answer(body, count=1).tokens == tokens


def test_an_answer_without_usage_is_an_answer():
    assert read_answer(answer([1.0]), count=1).tokens == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Welcome</html>",
        b"[]",
        b"{}",
        b"null",
        b'{"data": null}',
        b'{"data": [1]}',
        b'{"data": [{}]}',
        answer("not base64!"),
        answer("AAAA"),  # three bytes
        answer({"a": 1}),
        answer(["one"]),
        answer([10**400]),
        answer([[1.0], [1.0, 2.0]]),
    ],
)
def test_a_body_without_embeddings_is_refused(body: bytes):
    with pytest.raises(ValueError, match="not with a list of embeddings"):
        read_answer(body, count=1)


def test_the_wrong_number_of_embeddings_is_counted():
    with pytest.raises(ValueError, match="with 1 embeddings for 2 texts"):
        read_answer(answer([1.0]), count=2)


@pytest.mark.parametrize("embeddings", [([1.0], [1.0, 2.0]), ([[1.0]], [[1.0]]), (1.0, 2.0)])
def test_vectors_that_do_not_fit_each_other_are_found(embeddings: tuple[object, object]):
    with pytest.raises(ValueError, match="different sizes"):
        read_answer(answer(*embeddings), count=2)
