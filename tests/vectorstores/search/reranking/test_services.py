"""Each service as it is: what it is asked, and what its scores become."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.vectorstores.http.server import StubServer
from tests.vectorstores.search.reranking import services
from tests.vectorstores.search.reranking.services import logit, probability
from vectorstores.http.errors import Misconfigured, Refused
from vectorstores.search.reranking import Reranker

Connect = Callable[..., Reranker]

QUERY = "what do wombats eat"
TEXTS = ["fish swim", "wombats eat grass", "what do wombats eat at night", "wombats dig"]
PROBABILITIES = [probability(QUERY, text) for text in TEXTS]


def test_cohere(server: StubServer, connect: Connect):
    server.answer = services.cohere

    scores = connect().rerank(QUERY, TEXTS)

    np.testing.assert_allclose(scores, PROBABILITIES)
    assert server.asked[0].body == {
        "model": "the-model",
        "query": QUERY,
        "documents": TEXTS,
        "top_n": 4,
        "return_documents": False,
    }


def test_jina(server: StubServer, connect: Connect):
    server.answer = services.jina

    scores = connect().rerank(QUERY, TEXTS)

    np.testing.assert_allclose(scores, PROBABILITIES)
    assert server.asked[0].headers["authorization"].startswith("Bearer sk-test-")


def test_jina_whose_scores_are_cosines(server: StubServer, connect: Connect):
    server.answer = services.jina_3

    scores = connect(scores="cosine").rerank(QUERY, TEXTS)

    cosines = np.tanh([logit(QUERY, text) / 10 for text in TEXTS])
    np.testing.assert_allclose(scores, (1 + cosines) / 2)


def test_vllm(server: StubServer, connect: Connect):
    server.answer = services.vllm

    scores = connect(api="vllm").rerank(QUERY, [*TEXTS, "grass " * 100])

    np.testing.assert_allclose(scores[:4], PROBABILITIES)
    assert server.asked[0].body["truncate_prompt_tokens"] == -1


def test_vllm_without_truncation_refuses_long_texts(server: StubServer, connect: Connect):
    server.answer = services.vllm

    with pytest.raises(Refused, match="maximum context length is 12 tokens"):
        connect(api="cohere").rerank(QUERY, [*TEXTS, "grass " * 100])


def test_vllm_that_serves_another_model(server: StubServer, connect: Connect):
    server.answer = services.vllm

    with pytest.raises(Misconfigured, match=r"does not exist.*RERANK_MODEL"):
        connect(api="vllm", model="another").rerank(QUERY, TEXTS)


def test_a_service_with_one_model_needs_no_model_name(server: StubServer, connect: Connect):
    server.answer = services.vllm

    connect(api="vllm", model="").rerank(QUERY, TEXTS)

    assert "model" not in server.asked[0].body


def test_a_service_that_needs_a_model_name_says_so(server: StubServer, connect: Connect):
    server.answer = services.cohere

    with pytest.raises(Refused, match="answered 400: invalid request: model is required"):
        connect(model="").rerank(QUERY, TEXTS)


def test_llama_cpp(server: StubServer, connect: Connect):
    server.answer = services.llama_cpp

    scores = connect(scores="logit").rerank(QUERY, TEXTS)

    np.testing.assert_allclose(scores, PROBABILITIES)


def test_tei(server: StubServer, connect: Connect):
    server.answer = services.tei

    scores = connect(api="tei").rerank(QUERY, TEXTS)

    np.testing.assert_allclose(scores, PROBABILITIES)
    assert server.asked[0].body == {
        "query": QUERY,
        "texts": TEXTS,
        "raw_scores": False,
        "truncate": True,
    }


def test_tei_returns_logits_on_request(server: StubServer, connect: Connect):
    server.answer = services.tei

    scores = connect(api="tei", scores="logit").rerank(QUERY, TEXTS)

    np.testing.assert_allclose(scores, PROBABILITIES)
    assert server.asked[0].body["raw_scores"] is True


def test_tei_names_the_missing_field_of_another_services_request(
    server: StubServer, connect: Connect
):
    server.answer = services.tei

    with pytest.raises(Refused, match=r"answered 422: Failed to deserialize.* missing texts"):
        connect(api="cohere").rerank(QUERY, TEXTS)
