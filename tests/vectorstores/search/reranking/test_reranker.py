from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from tests.vectorstores.http.server import Answer, Asked, StubServer, answer_json
from tests.vectorstores.search.reranking import services
from tests.vectorstores.search.reranking.services import probability
from vectorstores.http.errors import Misconfigured, Refused, RemoteError, Unavailable
from vectorstores.search.reranking import Reranker

Connect = Callable[..., Reranker]

QUERY = "a b c d"
MANY = [" ".join("abcd"[: number % 5]) or "x" for number in range(100)]


def expected(texts: list[str]) -> list[float]:
    return [probability(QUERY, text) for text in texts]


def sizes(server: StubServer) -> list[int]:
    return [len(asked.texts) for asked in server.asked]


def test_scores_are_in_the_order_of_the_texts(connect: Connect):
    scores = connect().rerank(QUERY, MANY)

    np.testing.assert_allclose(scores, expected(MANY))


def test_no_request_is_sent_without_texts(server: StubServer, connect: Connect):
    assert connect().rerank(QUERY, []).shape == (0,)
    assert server.asked == []


@pytest.mark.parametrize("status", [413, 422])
def test_too_many_texts_are_sent_in_parts(server: StubServer, connect: Connect, status: int):
    server.answer = partial(services.tei, too_many=status)

    scores = connect(api="tei").rerank(QUERY, MANY)

    np.testing.assert_allclose(scores, expected(MANY))
    assert sizes(server) == [100, 50, 25, 25, 25, 25]


def test_the_services_limit_is_learned_once(server: StubServer, connect: Connect):
    server.answer = services.tei
    reranker = connect(api="tei")
    reranker.rerank(QUERY, MANY)
    server.asked.clear()

    reranker.rerank(QUERY, MANY[:60])

    assert sizes(server) == [25, 25, 10]


def test_a_refused_text_does_not_shrink_later_requests(server: StubServer, connect: Connect):
    def answer(asked: Asked) -> Answer:
        if "refused" in asked.body["documents"]:
            return answer_json({"message": "cannot be read"}, 422)
        return services.cohere(asked)

    server.answer = answer
    reranker = connect()
    with pytest.raises(Refused, match="answered 422: cannot be read"):
        reranker.rerank(QUERY, [*MANY, "refused"])
    server.asked.clear()

    reranker.rerank(QUERY, MANY)

    assert sizes(server) == [100]


def test_a_single_text_that_is_too_large_is_refused(server: StubServer, connect: Connect):
    server.answer = lambda _: Answer(413)

    with pytest.raises(Refused, match="answered 413"):
        connect().rerank(QUERY, ["a", "b", "c"])

    assert sizes(server) == [3, 1]


def test_other_refusals_are_not_retried_in_parts(server: StubServer, connect: Connect):
    server.answer = lambda _: answer_json({"message": "no"}, 400)

    with pytest.raises(Refused):
        connect().rerank(QUERY, MANY)

    assert sizes(server) == [100]


def test_all_parts_share_one_timeout(server: StubServer, connect: Connect):
    def answer(asked: Asked) -> Answer:
        if len(asked.texts) > 25:
            return Answer(413)
        server.silent = True  # from the second part on
        return services.cohere(asked)

    server.answer = answer

    with pytest.raises(Unavailable, match=r"did not answer within 0\.\d+ seconds"):
        connect(timeout=0.5).rerank(QUERY, MANY)

    assert sizes(server) == [100, 50, 25, 25]


def test_a_call_may_shorten_the_timeout(server: StubServer, connect: Connect):
    server.silent = True

    with pytest.raises(Unavailable, match=r"did not answer within 0\.1 seconds"):
        connect(timeout=60).rerank(QUERY, MANY, timeout=0.1)


@pytest.mark.parametrize(
    ("scores", "score"),
    [
        ("probability", 1.1),
        ("probability", -7.5),
        ("cosine", -1.1),
        ("cosine", 7.5),
    ],
)
def test_scores_outside_the_configured_kind_are_reported_not_clipped(
    server: StubServer, connect: Connect, scores: str, score: float
):
    results = [{"index": 0, "relevance_score": score}, {"index": 1, "relevance_score": 0.5}]
    server.answer = lambda _: answer_json({"results": results})

    with pytest.raises(Misconfigured) as caught:
        connect(scores=scores).rerank(QUERY, ["one", "two"])

    assert str(caught.value) == (
        f"The reranker at 127.0.0.1 gave a score of {score}, but RERANK_SCORES is {scores}: "
        "set it to what the model gives."
    )
    assert caught.value.brief == "its scores are not what they should be"


def test_a_score_rounded_past_the_bound_is_clipped_to_it(server: StubServer, connect: Connect):
    results = [{"index": 0, "relevance_score": 1.0000001}, {"index": 1, "relevance_score": -1e-9}]
    server.answer = lambda _: answer_json({"results": results})

    assert connect().rerank(QUERY, ["one", "two"]).tolist() == [1.0, 0.0]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(500), Unavailable),
        (Answer(200, b"<html>"), Unavailable),
        (Answer(401), Misconfigured),
        (Answer(400), Refused),
    ],
)
def test_each_failure_raises_its_own_error(
    server: StubServer, connect: Connect, answer: Answer, error: type[RemoteError]
):
    server.answer = lambda _: answer

    with pytest.raises(error) as caught:
        connect().rerank(QUERY, ["one"])

    assert isinstance(caught.value, RemoteError)


@pytest.mark.parametrize(("status", "is_asked"), [(500, False), (401, False), (400, True)])
def test_an_unavailable_service_is_not_called_again_at_once(
    server: StubServer, connect: Connect, status: int, is_asked: bool
):
    server.answer = lambda _: Answer(status)
    reranker = connect()
    with pytest.raises(RemoteError):
        reranker.rerank(QUERY, ["one"])

    with pytest.raises(RemoteError) as caught:
        reranker.rerank(QUERY, ["one"])

    assert len(server.asked) == 1 + is_asked
    assert is_asked or isinstance(caught.value, Unavailable)


def test_the_reranker_is_named_after_its_model(connect: Connect):
    assert connect(model="bge-reranker-v2-m3").name == "bge-reranker-v2-m3"
    assert connect(model="").name == "reranker"


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"api": "jina"}, "RERANK_API is 'jina'; it must be cohere, vllm or tei."),
        (
            {"scores": "percent"},
            "RERANK_SCORES is 'percent'; it must be probability, logit or cosine.",
        ),
        (
            {"url": "localhost/rerank"},
            "RERANK_URL must start with http:// or https:// and name a host, "
            "like http://localhost:8080/rerank.",
        ),
        (
            {"key": "sk-\nsecret"},
            "RERANK_API_KEY contains a character that no HTTP header may hold: copy the key again.",
        ),
    ],
)
def test_invalid_settings_are_named_in_the_error(connect: Connect, how, message: str):
    with pytest.raises(Misconfigured) as caught:
        connect(**how)

    assert str(caught.value) == message
