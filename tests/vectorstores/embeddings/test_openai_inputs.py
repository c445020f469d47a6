"""A client's request to OpenAIEmbedder, and what it sends to the service."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.vectorstores.embeddings import server as service
from tests.vectorstores.embeddings.server import EmbeddingServer, answer_json
from tests.vectorstores.embeddings.test_openai import expected
from vectorstores.embeddings.errors import DimensionsRefused, EmbeddingRefused, InputRefused
from vectorstores.embeddings.inputs import MOST_BYTES, MOST_INPUTS
from vectorstores.embeddings.openai import OpenAIEmbedder

Connect = Callable[..., OpenAIEmbedder]


def test_the_services_count_is_the_number_of_tokens(server: EmbeddingServer, connect: Connect):
    server.answer = service.counted

    embedded = connect().embed_inputs(["xyz"] * (MOST_INPUTS + 10))

    assert [len(asked.texts) for asked in server.asked] == [MOST_INPUTS, 10]
    assert embedded.tokens == 3 * (MOST_INPUTS + 10)
    assert embedded.vectors.shape == (MOST_INPUTS + 10, 4)


def test_tokens_are_counted_where_texts_are_sent_in_halves(
    server: EmbeddingServer, connect: Connect
):
    server.answer = lambda asked: (
        service.counted(asked) if len(asked.texts) == 1 else answer_json({}, status=413)
    )

    embedded = connect().embed_inputs(["a", "bb", "ccc"])

    assert embedded.tokens == 6
    np.testing.assert_allclose(embedded.vectors, expected("a", "bb", "ccc"), rtol=1e-6)


def test_a_service_that_counts_nothing_makes_no_tokens(server: EmbeddingServer, connect: Connect):
    assert connect().embed_inputs(["one", "two"]).tokens == 0


def test_tokens_are_passed_on_as_they_are(server: EmbeddingServer, connect: Connect):
    server.answer = service.counted
    arrays = [[15339, 1917], [200_000]]  # the service knows what its model knows

    embedded = connect().embed_inputs(arrays)

    assert server.asked[0].body["input"] == arrays
    assert embedded.tokens == 3
    assert embedded.vectors.shape == (2, 4)


def test_tokens_beyond_the_limits_are_not_sent(server: EmbeddingServer, connect: Connect):
    with pytest.raises(InputRefused, match="maximum input length"):
        connect().embed_inputs([[1], [1] * 8193])
    with pytest.raises(InputRefused, match="maximum request size"):
        connect().embed_inputs([[1] * 8000] * 38)

    assert server.asked == []


def test_a_request_that_turns_out_too_long_is_ended(server: EmbeddingServer, connect: Connect):
    server.answer = service.counted
    texts = ["x" * (MOST_BYTES // 2)] * 8

    connect().embed_inputs(texts[:2])
    with pytest.raises(InputRefused, match="maximum request size"):
        connect().embed_inputs(texts)

    assert len(server.asked) == 1 + 2


def test_ingestion_has_no_such_limit(server: EmbeddingServer, connect: Connect):
    server.answer = service.counted

    assert connect().embed(["x" * (MOST_BYTES // 2)] * 8).shape == (8, 4)


@pytest.mark.parametrize(("wanted", "sent"), [(None, None), (4, None), (2, 2), (7, 7)])
def test_a_size_is_asked_for_if_it_is_another_than_ours(
    server: EmbeddingServer, connect: Connect, wanted: int | None, sent: int | None
):
    server.answer = service.counted

    embedded = connect(dimensions=4).embed_inputs(["one"], dimensions=wanted)

    assert [asked.body.get("dimensions") for asked in server.asked] == [sent]
    assert embedded.vectors.shape == (1, wanted or 4)
    np.testing.assert_allclose(np.linalg.norm(embedded.vectors, axis=1), 1, rtol=1e-6)


def test_a_service_that_ignores_the_size_does_not_give_it(
    server: EmbeddingServer, connect: Connect
):
    with pytest.raises(DimensionsRefused, match="does not give embeddings of 2 numbers"):
        connect(dimensions=4).embed_inputs(["one"], dimensions=2)


def test_a_service_that_refuses_the_size_does_not_give_it(
    server: EmbeddingServer, connect: Connect
):
    server.answer = lambda asked: (
        answer_json({"error": "no matryoshka here"}, status=400)
        if "dimensions" in asked.body
        else service.in_base64(asked)
    )

    with pytest.raises(DimensionsRefused, match="does not give embeddings of 2 numbers"):
        connect(dimensions=4).embed_inputs(["one"], dimensions=2)


def test_a_service_that_refuses_the_text_is_not_said_to_refuse_the_size(
    server: EmbeddingServer, connect: Connect
):
    server.answer = lambda _: answer_json({"error": "too long"}, status=400)

    with pytest.raises(EmbeddingRefused, match="too long") as caught:
        connect(dimensions=4).embed_inputs(["one"], dimensions=2)

    assert not isinstance(caught.value, DimensionsRefused)


def test_a_size_is_asked_of_halves_too(server: EmbeddingServer, connect: Connect):
    server.answer = lambda asked: (
        service.counted(asked) if len(asked.texts) == 1 else answer_json({}, status=413)
    )

    embedded = connect(dimensions=4).embed_inputs(["one", "two"], dimensions=2)

    assert [asked.body["dimensions"] for asked in server.asked] == [2, 2, 2]
    assert embedded.vectors.shape == (2, 2)
