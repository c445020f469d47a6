import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.vectorstores.embeddings import server as service
from tests.vectorstores.embeddings.conftest import KEY
from tests.vectorstores.embeddings.server import Answer, Asked, EmbeddingServer, answer_json
from vectorstores.embeddings.errors import (
    EmbedderMisconfigured,
    EmbeddingError,
    EmbeddingRefused,
    EmbeddingUnavailable,
)
from vectorstores.embeddings.inputs import MOST_BYTES
from vectorstores.embeddings.openai import OpenAIEmbedder

Connect = Callable[..., OpenAIEmbedder]


def expected(*texts: str) -> np.ndarray:
    vectors = np.array([service.vector_of(text) for text in texts])
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_it_asks_as_openai_wants_to_be_asked(server: EmbeddingServer, connect: Connect):
    connect().embed(["one", "three"])

    (asked,) = server.asked
    assert asked.path == "/v1/embeddings"
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.body == {
        "model": "a-model",
        "input": ["one", "three"],
        "encoding_format": "base64",
    }


@pytest.mark.parametrize("answer", [service.in_base64, service.in_floats])
def test_vectors_come_back_in_order_and_of_unit_length(
    server: EmbeddingServer, connect: Connect, answer: Callable[[Asked], Answer]
):
    server.answer = answer

    vectors = connect().embed(["one", "three", "seventeen"])

    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, expected("one", "three", "seventeen"), rtol=1e-6)


def test_a_service_without_keys_is_sent_none(server: EmbeddingServer, connect: Connect):
    connect(key="").embed(["one"])

    assert "authorization" not in server.asked[0].headers


def test_a_slash_at_the_end_of_the_address_does_no_harm(server: EmbeddingServer, connect: Connect):
    connect(base_url=server.base_url + "/").embed(["one"])

    assert server.asked[0].path == "/v1/embeddings"


def test_no_texts_need_no_request(server: EmbeddingServer, connect: Connect):
    vectors = connect().embed([])

    assert vectors.shape == (0, 4)
    assert server.asked == []


def test_much_text_is_sent_in_several_requests_over_one_connection(
    server: EmbeddingServer, connect: Connect
):
    texts = [letter * (MOST_BYTES // 2) for letter in "abcde"]

    vectors = connect().embed(texts)

    assert [len(asked.texts) for asked in server.asked] == [2, 2, 1]
    assert len({asked.connection for asked in server.asked}) == 1
    np.testing.assert_allclose(vectors, expected(*texts), rtol=1e-6)


@pytest.mark.parametrize("status", [413, 422])
def test_a_service_that_takes_fewer_texts_at_once_gets_fewer(
    server: EmbeddingServer, connect: Connect, status: int
):
    def at_most_two(asked: Asked) -> Answer:
        if len(asked.texts) > 2:
            return answer_json({"error": "batch size 5 > maximum 2"}, status=status)
        return service.in_floats(asked)

    server.answer = at_most_two

    vectors = connect().embed(["a", "bb", "ccc", "dddd", "eeeee"])

    np.testing.assert_allclose(vectors, expected("a", "bb", "ccc", "dddd", "eeeee"), rtol=1e-6)


@pytest.mark.parametrize("status", [413, 422])
def test_one_text_that_is_too_large_is_refused(
    server: EmbeddingServer, connect: Connect, status: int
):
    server.answer = lambda _: answer_json({"message": "too long"}, status=status)

    with pytest.raises(EmbeddingRefused, match=f"answered {status}: too long"):
        connect().embed(["a", "b"])


def test_threads_share_an_embedder(server: EmbeddingServer, connect: Connect):
    embedder = connect()
    texts = ["x" * length for length in range(1, 33)]

    with ThreadPoolExecutor(8) as threads:
        rows = list(threads.map(lambda text: embedder.embed([text])[0], texts))

    np.testing.assert_allclose(np.array(rows), expected(*texts), rtol=1e-6)


def test_429_is_for_later_when_the_service_says(server: EmbeddingServer, connect: Connect):
    server.answer = lambda _: answer_json(
        {"error": {"message": "Rate limit reached"}}, status=429, retry_after="7"
    )

    with pytest.raises(EmbeddingUnavailable, match="answered 429: Rate limit reached") as caught:
        connect().embed(["one"])

    assert caught.value.retry_after == 7


@pytest.mark.parametrize("status", [408, 409, 424, 425, 500, 502, 503, 529])
def test_a_service_in_trouble_may_be_asked_again(
    server: EmbeddingServer, connect: Connect, status: int
):
    server.answer = lambda _: Answer(status, b"oh dear")

    with pytest.raises(EmbeddingUnavailable, match=f"answered {status}: oh dear") as caught:
        connect().embed(["one"])

    assert caught.value.retry_after is None


@pytest.mark.parametrize("status", [204, 400, 410, 422])
def test_any_other_status_is_a_refusal(server: EmbeddingServer, connect: Connect, status: int):
    server.answer = lambda _: Answer(status)

    with pytest.raises(EmbeddingRefused, match=f"answered {status}"):
        connect().embed(["one"])


@pytest.mark.parametrize("status", [301, 302, 307, 404, 405])
def test_an_address_or_a_model_that_is_not_there_is_the_operators_to_mend(
    server: EmbeddingServer, connect: Connect, status: int
):
    server.answer = lambda _: answer_json({"message": "no model a-model"}, status)

    with pytest.raises(EmbedderMisconfigured) as caught:
        connect().embed(["one"])

    assert str(caught.value) == (
        f"The embedding service at 127.0.0.1 answered {status}: no model a-model "
        "Check EMBEDDING_BASE_URL and EMBEDDING_MODEL, or EMBEDDING_MODELS."
    )
    assert caught.value.brief == f"it answers {status}"


def test_a_refused_key_is_named_by_its_setting(server: EmbeddingServer, connect: Connect):
    server.answer = lambda _: answer_json({"error": {"message": "bad key sk-test-***"}}, 401)

    with pytest.raises(EmbedderMisconfigured) as caught:
        connect().embed(["one"])

    assert str(caught.value) == (
        "The embedding service at 127.0.0.1 did not accept the key (401): check EMBEDDING_API_KEY, "
        "or the variable that EMBEDDING_MODELS names."
    )


@pytest.mark.parametrize("status", [400, 401, 403, 429, 500])
def test_no_message_contains_the_key(server: EmbeddingServer, connect: Connect, status: int):
    server.answer = lambda asked: answer_json({"error": asked.headers["authorization"]}, status)

    with pytest.raises(EmbeddingError) as caught:
        connect().embed(["one"])

    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (Answer(200, b"<html>It works!</html>"), "not with a list of embeddings"),
        (answer_json({"data": "none"}), "not with a list of embeddings"),
        (service.embeddings([[1.0] * 4, [1.0] * 4]), "with 2 embeddings for 1 texts"),
        (Answer(200, b"plain", {"Content-Encoding": "gzip"}), "garbled"),
    ],
)
def test_a_service_that_answers_something_else_may_be_asked_again(
    server: EmbeddingServer, connect: Connect, answer: Answer, complaint: str
):
    # As a proxy does while the service behind it is changed for a new one.
    server.answer = lambda _: answer

    with pytest.raises(EmbeddingUnavailable, match=complaint) as caught:
        connect().embed(["one"])

    assert caught.value.brief == "it answers no embeddings"


@pytest.mark.parametrize(
    ("number", "complaint"), [(0.0, "vector of zeros"), (float("nan"), "missing numbers")]
)
def test_a_text_whose_vector_has_no_direction_is_refused(
    server: EmbeddingServer, connect: Connect, number: float, complaint: str
):
    server.answer = lambda _: service.embeddings([[number] * 4])

    with pytest.raises(EmbeddingRefused, match=complaint):
        connect().embed(["one"])


@pytest.mark.parametrize(
    ("status", "brief"), [(401, "it does not accept the key"), (500, "it answers 500")]
)
def test_the_brief_reason_names_no_host_and_quotes_nothing(
    server: EmbeddingServer, connect: Connect, status: int, brief: str
):
    server.answer = lambda _: answer_json({"error": "of 10.0.0.7, the text one"}, status)

    with pytest.raises(EmbeddingError) as caught:
        connect().embed(["one"])

    assert caught.value.brief == brief


def flexible(asked: Asked) -> Answer:
    size = asked.body.get("dimensions", 8)
    return service.embeddings([service.vector_of(text, size) for text in asked.texts])


def test_dimensions_are_asked_for_only_of_a_model_that_has_others(
    server: EmbeddingServer, connect: Connect
):
    server.answer = flexible
    embedder = connect(dimensions=4)

    embedder.embed(["one"])
    vectors = embedder.embed(["three"])

    assert [asked.body.get("dimensions") for asked in server.asked] == [None, 4, 4]
    np.testing.assert_allclose(vectors, expected("three"), rtol=1e-6)


def test_a_model_of_other_dimensions_is_the_operators_to_mend(
    server: EmbeddingServer, connect: Connect
):
    with pytest.raises(
        EmbedderMisconfigured, match=r"model a-model is set to 6 dimensions, but .* with 4 numbers"
    ):
        connect(dimensions=6).embed(["one"])


def test_a_model_that_cannot_change_its_dimensions_says_so_itself(
    server: EmbeddingServer, connect: Connect
):
    def rigid(asked: Asked) -> Answer:
        if "dimensions" in asked.body:
            return answer_json({"error": "no matryoshka here"}, status=400)
        return service.in_base64(asked)

    server.answer = rigid

    with pytest.raises(EmbedderMisconfigured, match=r"with 4 numbers per text.*no matryoshka here"):
        connect(dimensions=2).embed(["one"])


def test_a_timeout_can_be_tried_again(server: EmbeddingServer, connect: Connect):
    server.silent = True

    with pytest.raises(EmbeddingUnavailable, match=r"within 0\.1 seconds"):
        connect(timeout=0.1).embed(["one"])


def test_one_request_may_be_waited_for_less_long_than_others(
    server: EmbeddingServer, connect: Connect
):
    server.silent = True

    with pytest.raises(EmbeddingUnavailable, match=r"within 0\.1 seconds"):
        connect().embed(["one"], timeout=0.1)


def test_a_dropped_connection_can_be_tried_again(server: EmbeddingServer, connect: Connect):
    server.silent = True
    server.closing.set()

    with pytest.raises(EmbeddingUnavailable, match="cannot be reached"):
        connect().embed(["one"])


def test_a_refused_connection_can_be_tried_again(connect: Connect):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))  # bound and never listening, so surely refused
        embedder = connect(base_url=f"http://127.0.0.1:{silent.getsockname()[1]}/v1")

        with pytest.raises(EmbeddingUnavailable, match=r"127\.0\.0\.1 cannot be reached"):
            embedder.embed(["one"])


ADDRESS = "EMBEDDING_BASE_URL, or the base_url in EMBEDDING_MODELS,"


@pytest.mark.parametrize("address", ["", "api.openai.com/v1", "ftp://host/v1"])
def test_a_malformed_address_is_reported_by_its_setting(connect: Connect, address: str):
    with pytest.raises(EmbedderMisconfigured) as caught:
        connect(base_url=address)

    assert str(caught.value) == (
        f"{ADDRESS} must start with http:// or https:// and name a host, like "
        "https://api.openai.com/v1."
    )


def test_an_address_that_cannot_be_read_says_why(connect: Connect):
    with pytest.raises(EmbedderMisconfigured, match=f"^{ADDRESS} is not an address: Invalid port"):
        connect(base_url="http://host:port/v1")


@pytest.mark.parametrize("key", ["sk-\nsecret", "sk-s\u0435cret"])
def test_a_key_that_no_header_can_hold_is_not_repeated(connect: Connect, key: str):
    with pytest.raises(EmbedderMisconfigured) as caught:
        connect(key=key)

    assert str(caught.value) == (
        "EMBEDDING_API_KEY, or the variable that EMBEDDING_MODELS names, contains a character "
        "that no HTTP header may hold: copy the key again."
    )
