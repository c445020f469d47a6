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


def test_no_texts_are_no_request(server: StubServer, connect: Connect):
    assert connect().rerank(QUERY, []).shape == (0,)
    assert server.asked == []


@pytest.mark.parametrize("status", [413, 422])
def test_texts_are_sent_in_parts_where_they_are_too_many(
    server: StubServer, connect: Connect, status: int
):
    server.answer = partial(services.tei, too_many=status)

    scores = connect(api="tei").rerank(QUERY, MANY)

    np.testing.assert_allclose(scores, expected(MANY))
    assert sizes(server) == [100, 50, 25, 25, 25, 25]


def test_how_many_are_too_many_is_found_out_once(server: StubServer, connect: Connect):
    server.answer = services.tei
    reranker = connect(api="tei")
    reranker.rerank(QUERY, MANY)
    server.asked.clear()

    reranker.rerank(QUERY, MANY[:60])

    assert sizes(server) == [25, 25, 10]


def test_a_text_that_is_refused_does_not_make_later_requests_small(
    server: StubServer, connect: Connect
):
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


def test_one_text_that_is_too_large_is_refused(server: StubServer, connect: Connect):
    server.answer = lambda _: Answer(413)

    with pytest.raises(Refused, match="answered 413"):
        connect().rerank(QUERY, ["a", "b", "c"])

    assert sizes(server) == [3, 1]


def test_other_refusals_are_not_asked_again_in_parts(server: StubServer, connect: Connect):
    server.answer = lambda _: answer_json({"message": "no"}, 400)

    with pytest.raises(Refused):
        connect().rerank(QUERY, MANY)

    assert sizes(server) == [100]


def test_all_parts_together_have_the_time_of_one(server: StubServer, connect: Connect):
    def answer(asked: Asked) -> Answer:
        if len(asked.texts) > 25:
            return Answer(413)
        server.silent = True  # from the second part on
        return services.cohere(asked)

    server.answer = answer

    with pytest.raises(Unavailable, match=r"did not answer within 0\.\d+ seconds"):
        connect(timeout=0.5).rerank(QUERY, MANY)

    assert sizes(server) == [100, 50, 25, 25]


def test_one_call_may_have_less_time_than_others(server: StubServer, connect: Connect):
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
def test_scores_that_cannot_be_what_they_are_said_to_be_are_not_cut_off(
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


def test_a_score_that_was_rounded_over_the_end_is_the_end(server: StubServer, connect: Connect):
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
def test_each_failure_is_one_of_reranking(
    server: StubServer, connect: Connect, answer: Answer, error: type[RemoteError]
):
    server.answer = lambda _: answer

    with pytest.raises(error) as caught:
        connect().rerank(QUERY, ["one"])

    assert isinstance(caught.value, RemoteError)


@pytest.mark.parametrize(("status", "is_asked"), [(500, False), (401, False), (400, True)])
def test_one_that_failed_is_not_waited_for_again(
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


def test_its_name_is_that_of_its_model(connect: Connect):
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
def test_settings_that_cannot_be_right_are_named(connect: Connect, how, message: str):
    with pytest.raises(Misconfigured) as caught:
        connect(**how)

    assert str(caught.value) == message
