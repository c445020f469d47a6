"""POST /v1/embeddings"""

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from django.http import HttpResponse
from pytest_django import Settings
from tokenizers import Tokenizer

from tests.live import free_port
from tests.remote_embedder import close_embedders
from tests.vectorstores.api.answers import ok, refused
from tests.vectorstores.embeddings import server as service
from tests.vectorstores.embeddings.server import EmbeddingServer, answer_json
from vectorstores.embeddings import get_embedder, granite

HELLO_WORLD = [15339, 1917]  # in cl100k_base

Ask = Callable[..., HttpResponse]


@pytest.fixture
def ask(api) -> Ask:
    def ask(given: object, **more: object) -> HttpResponse:
        body = json.dumps({"model": "hashing", "input": given, **more})  # escapes lone surrogates
        return api.generic("POST", "/v1/embeddings", body, content_type="application/json")

    return ask


@pytest.fixture
def upstream(settings: Settings) -> Iterator[EmbeddingServer]:
    """Yield the service that EMBEDDING_BACKEND=openai calls, with a model of four dimensions."""
    with EmbeddingServer() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        server.answer = service.counted
        settings.EMBEDDING_BACKEND = "openai"
        settings.EMBEDDING_BASE_URL = server.base_url
        settings.EMBEDDING_DIMENSIONS = 4
        yield server
        close_embedders()
        server.closing.set()
        server.shutdown()
        thread.join()


def vectors(response: HttpResponse) -> np.ndarray:
    """Return the embeddings in a response, in the order of the inputs."""
    data = ok(response)["data"]
    assert [item["index"] for item in data] == list(range(len(data)))
    return np.array([item["embedding"] for item in data])


def words(*texts: str) -> np.ndarray:
    return get_embedder().embed(texts)


# --- the response -----------------------------------------------------------------------------


def test_a_text_is_embedded(ask):
    body = ok(ask("Wombats dig burrows."))

    (embedding,) = (item.pop("embedding") for item in body["data"])
    assert body == {
        "object": "list",
        "data": [{"object": "embedding", "index": 0}],
        "model": "hashing",
        "usage": {"prompt_tokens": 3, "total_tokens": 3},
    }
    np.testing.assert_array_equal(embedding, words("Wombats dig burrows.")[0])
    assert np.linalg.norm(embedding) == pytest.approx(1)


def test_texts_are_embedded_in_order(ask):
    response = ask(["Wombats dig.", "Puffins fly.", "Wombats dig."])

    np.testing.assert_array_equal(
        vectors(response), words("Wombats dig.", "Puffins fly.", "Wombats dig.")
    )
    assert ok(response)["usage"]["prompt_tokens"] == 6


@pytest.mark.parametrize("encoding_format", ["float", None])
def test_vectors_are_numbers_by_default(ask, encoding_format):
    np.testing.assert_array_equal(
        vectors(ask("wombats", encoding_format=encoding_format)), words("wombats")
    )


def test_base64_vectors_are_little_endian_float32(ask):
    body = ok(ask(["wombats", "puffins"], encoding_format="base64"))

    read = [np.frombuffer(base64.b64decode(item["embedding"]), "<f4") for item in body["data"]]
    np.testing.assert_array_equal(read, words("wombats", "puffins"))


def test_tokens_are_embedded_as_the_text_they_encode(ask):
    alone, several = ask(HELLO_WORLD), ask([HELLO_WORLD, HELLO_WORLD[:1]])

    np.testing.assert_array_equal(vectors(alone), words("hello world"))
    np.testing.assert_array_equal(vectors(several), words("hello world", "hello"))
    assert ok(several)["usage"] == {"prompt_tokens": 3, "total_tokens": 3}


def test_tokens_that_end_within_a_character_get_a_replacement_character(ask):
    response = ask([[15339, 220, 165]])  # "hello ", and the first byte of another character

    np.testing.assert_array_equal(vectors(response), words("hello \N{REPLACEMENT CHARACTER}"))


def test_nul_and_lone_surrogates_can_be_embedded(ask):
    response = ask(["a\x00b", "wombat \ud83d"])

    np.testing.assert_array_equal(vectors(response), words("a\x00b", "wombat ?"))


def test_as_many_inputs_as_openai_allows_are_accepted(ask):
    texts = [f"wombat {number}" for number in range(2048)]

    body = ok(ask(texts, encoding_format="base64"))

    assert len(body["data"]) == 2048
    assert body["usage"]["prompt_tokens"] == 4096


def test_every_optional_parameter_can_be_null(ask):
    ok(ask("wombats", dimensions=None, encoding_format=None, user=None))


def test_the_user_parameter_is_accepted(ask):
    ok(ask("wombats", user="user-1234"))


# --- the choice of the model ------------------------------------------------------------------


def test_an_unknown_model_is_not_found(ask):
    message = refused(
        ask("wombats", model="text-embedding-3-small"), 404, code="model_not_found", param="model"
    )

    assert message == (
        "The model `text-embedding-3-small` does not exist or you do not have access to it."
    )


def test_the_model_answers_to_its_configured_aliases(ask, settings):
    settings.EMBEDDING_MODEL_ALIASES = ["text-embedding-3-small", "text-embedding-ada-002"]

    for name in ("text-embedding-3-small", "text-embedding-ada-002", "hashing"):
        assert ok(ask("wombats", model=name))["model"] == "hashing"
    refused(ask("wombats", model="text-embedding-3"), 404, code="model_not_found", param="model")


def test_only_the_models_own_dimensions_can_be_requested(ask):
    ok(ask("wombats", dimensions=256))

    for dimensions in (1, 255, 10**30):
        response = ask("wombats", dimensions=dimensions)

        message = refused(response, code="invalid_value", param="dimensions")
        assert message == "This model does not support specifying dimensions."


def test_every_model_of_the_server_can_be_used_by_name(ask, settings):
    settings.EMBEDDING_MODEL_ALIASES = ["ada"]
    settings.EMBEDDING_MODELS = {"small": {"dimensions": 8}}

    small, default = ok(ask("wombats", model="small")), ok(ask("wombats", model="ada"))

    assert (small["model"], len(small["data"][0]["embedding"])) == ("small", 8)
    assert (default["model"], len(default["data"][0]["embedding"])) == ("hashing", 256)


@pytest.mark.parametrize(("model", "own", "others"), [("small", 8, 256), ("hashing", 256, 8)])
def test_the_requested_dimensions_are_checked_against_the_named_model(
    ask, settings, model, own, others
):
    settings.EMBEDDING_MODELS = {"small": {"dimensions": 8}}

    assert vectors(ask("wombats", model=model, dimensions=own)).shape == (1, own)
    refusal = ask("wombats", model=model, dimensions=others)
    message = refused(refusal, code="invalid_value", param="dimensions")
    assert message == "This model does not support specifying dimensions."


def test_other_models_work_while_the_service_of_one_is_down(ask, settings, caplog):
    nobody = f"http://127.0.0.1:{free_port()}/v1"
    settings.EMBEDDING_MODELS = {"gpu": {"dimensions": 8, "base_url": nobody}}

    refused(ask("wombats", model="gpu"), 503)

    assert "127.0.0.1 cannot be reached" in caplog.text
    assert vectors(ask("wombats")).shape == (1, 256)
    close_embedders()


# --- the local model --------------------------------------------------------------------------


def test_the_local_model_embeds_and_counts_with_its_own_tokenizer(api, settings, tmp_path: Path):
    settings.EMBEDDING_BACKEND = "local"
    settings.EMBEDDING_MODEL = granite.MODEL
    settings.EMBEDDING_DIMENSIONS = 384
    settings.EMBEDDING_MODEL_DIR = tmp_path / granite.MODEL
    texts = ["Why does bread rise?", "Yeast ferments sugar.", "Bats sleep upside down."]

    response = api.post("/v1/embeddings", {"model": granite.MODEL, "input": texts})
    tokens = api.post("/v1/embeddings", {"model": granite.MODEL, "input": HELLO_WORLD})
    again = api.post("/v1/embeddings", {"model": granite.MODEL, "input": "hello world"})

    bread, yeast, bats = vectors(response)
    assert len(bread) == 384
    assert bread @ yeast > bread @ bats
    tokenizer = Tokenizer.from_file(str(tmp_path / granite.MODEL / "tokenizer.json"))
    counts = [len(tokenizer.encode(text, add_special_tokens=False)) for text in texts]
    assert ok(response)["usage"]["prompt_tokens"] == sum(counts)
    assert ok(tokens) == ok(again)
    assert ok(again)["usage"] == {"prompt_tokens": 2, "total_tokens": 2}


# --- a remote service -------------------------------------------------------------------------


def test_a_service_embeds_the_input_and_its_token_count_is_returned(ask, upstream):
    response = ask(["one", "three"])

    assert upstream.asked[0].texts == ["one", "three"]
    expected = np.array([service.vector_of("one"), service.vector_of("three")])
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(vectors(response), expected, rtol=1e-6)
    assert ok(response)["usage"] == {"prompt_tokens": 8, "total_tokens": 8}


def test_tokens_are_passed_to_a_service_unchanged(ask, upstream):
    ok(ask([[15339, 100_276, 200_000]]))

    assert upstream.asked[0].body["input"] == [[15339, 100_276, 200_000]]


def test_lone_surrogates_are_replaced_before_text_is_sent_to_a_service(ask, upstream):
    ok(ask(["a\x00b", "wombat \ud83d"]))

    assert upstream.asked[0].texts == ["a\x00b", "wombat ?"]


def test_a_service_can_return_the_requested_dimensions(ask, upstream):
    assert vectors(ask("one", dimensions=2)).shape == (1, 2)
    assert vectors(ask("one", dimensions=4)).shape == (1, 4)

    assert [asked.body.get("dimensions") for asked in upstream.asked] == [2, None]


def test_dimensions_that_a_service_does_not_support_are_refused(ask, upstream):
    upstream.answer = service.in_base64

    message = refused(ask("one", dimensions=2), code="invalid_value", param="dimensions")

    assert message == "This model does not give embeddings of 2 numbers."


def test_an_input_that_a_service_refuses_is_a_client_error(ask, upstream, caplog):
    upstream.answer = lambda _: answer_json({"error": "8193 tokens, sk-key"}, status=400)

    message = refused(ask("one"), code="invalid_value", param="input")

    assert message == "The embedding model refused the input. Is it too long?"
    assert "8193 tokens" in caplog.text


def test_a_busy_service_is_answered_with_503_and_retry_after(ask, upstream):
    upstream.answer = lambda _: answer_json({}, 429, Retry_After="7")

    response = ask("one")

    message = refused(response, 503)
    assert message == "The engine is currently overloaded, please try again later"
    assert response["retry-after"] == "7"


def test_a_service_that_is_down_is_answered_with_503(ask, settings):
    settings.EMBEDDING_BACKEND = "openai"
    settings.EMBEDDING_BASE_URL = f"http://127.0.0.1:{free_port()}/v1"

    refused(ask("one"), 503)


def test_the_usage_is_0_if_a_service_reports_none(ask, upstream):
    upstream.answer = service.in_floats

    assert ok(ask("one"))["usage"] == {"prompt_tokens": 0, "total_tokens": 0}
