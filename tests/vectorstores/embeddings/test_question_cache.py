"""A question that was asked before costs nothing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from cachetools import LRUCache
from pytest_django import Settings

from benchmarks.stub_embedder import Fault, StubEmbedder
from tests.remote_embedder import remote_embedder
from vectorstores.embeddings import get_embedder, model_of, question_cache
from vectorstores.embeddings.errors import EmbedderMisconfigured, EmbeddingUnavailable
from vectorstores.embeddings.question_cache import cached_vectors, embed_questions

MODEL = "remote"


@pytest.fixture(autouse=True)
def anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(question_cache, "cache", LRUCache(maxsize=5))


@pytest.fixture
def stub(settings: Settings) -> Iterator[StubEmbedder]:
    with remote_embedder(settings, MODEL) as stub:
        yield stub


def test_vectors_are_those_of_the_embedder_in_order(stub: StubEmbedder):
    texts = ["wombats", "puffins", "wombats"]

    vectors = embed_questions(MODEL, texts)

    assert (vectors.dtype, vectors.shape) == (np.float32, (3, 8))
    np.testing.assert_array_equal(vectors, get_embedder(MODEL).embed(texts))


def test_a_question_is_embedded_once(stub: StubEmbedder):
    first = embed_questions(MODEL, ["wombats", "wombats"])

    second = embed_questions(MODEL, ["wombats"])

    assert stub.texts == 1
    np.testing.assert_array_equal(first[:1], second)


def test_only_new_ones_of_several_questions_are_embedded(stub: StubEmbedder):
    embed_questions(MODEL, ["wombats", "puffins"])

    vectors = embed_questions(MODEL, ["herons", "puffins", "storks"])

    assert (stub.texts, stub.stats.requests) == (4, 2)
    np.testing.assert_array_equal(
        vectors, get_embedder(MODEL).embed(["herons", "puffins", "storks"])
    )


def test_a_cached_question_needs_no_request(stub: StubEmbedder):
    assert cached_vectors(MODEL, ["wombats"]) is None
    vectors = embed_questions(MODEL, ["wombats", "puffins"])
    stub.fault = Fault("500")

    np.testing.assert_array_equal(cached_vectors(MODEL, ["puffins", "wombats"]), vectors[::-1])
    assert cached_vectors(MODEL, ["puffins", "herons"]) is None


def test_the_same_question_to_another_model_is_another_question(
    stub: StubEmbedder, settings: Settings
):
    embed_questions("hashing", ["wombats"])

    assert cached_vectors(MODEL, ["wombats"]) is None
    assert embed_questions(MODEL, ["wombats"]).shape == (1, 8)


def test_a_model_that_moves_is_asked_anew(stub: StubEmbedder, settings: Settings):
    embed_questions(MODEL, ["wombats"])
    described = settings.EMBEDDING_MODELS[MODEL]

    settings.EMBEDDING_MODELS = {MODEL: {**described, "api_key": "sk-another"}}

    assert cached_vectors(MODEL, ["wombats"]) is None
    settings.EMBEDDING_MODELS = {MODEL: described}


def test_only_the_questions_asked_last_are_cached(stub: StubEmbedder):
    for number in range(5):
        embed_questions(MODEL, [f"question {number}"])
    embed_questions(MODEL, ["question 0"])

    embed_questions(MODEL, ["question 5"])

    known = [cached_vectors(MODEL, [f"question {n}"]) is not None for n in range(6)]
    assert known == [True, False, True, True, True, True]


def test_more_questions_at_once_than_are_cached_are_all_answered(stub: StubEmbedder):
    texts = [f"question {number}" for number in range(12)]

    vectors = embed_questions(MODEL, texts)

    np.testing.assert_array_equal(vectors, get_embedder(MODEL).embed(texts))


def test_a_failure_is_not_cached(stub: StubEmbedder):
    stub.fault = Fault("500")
    with pytest.raises(EmbeddingUnavailable):
        embed_questions(MODEL, ["wombats"])
    stub.fault = None

    assert embed_questions(MODEL, ["wombats"]).shape == (1, 8)


def test_its_time_is_given_to_the_embedder(stub: StubEmbedder):
    stub.fault = Fault("hang")

    with pytest.raises(EmbeddingUnavailable, match=r"did not answer within 0\.1 seconds"):
        embed_questions(MODEL, ["wombats"], timeout=0.1)


def test_a_caller_cannot_change_the_cached_vectors(stub: StubEmbedder):
    vectors = embed_questions(MODEL, ["wombats"])

    vectors[:] = 0

    assert cached_vectors(MODEL, ["wombats"]).any()


def test_a_lone_surrogate_may_be_asked():
    assert embed_questions("hashing", ["wombats \ud83d"]).shape == (1, 256)


def test_a_question_to_a_model_that_is_not_configured_is_refused():
    with pytest.raises(EmbedderMisconfigured, match="embed with another"):
        cached_vectors("another", ["wombats"])


def test_threads_may_ask_at_once():
    texts = [f"question {number % 9}" for number in range(300)]

    with ThreadPoolExecutor(8) as threads:
        vectors = list(threads.map(lambda text: embed_questions("hashing", [text])[0], texts))

    np.testing.assert_array_equal(vectors, get_embedder().embed(texts))


def test_only_the_vectors_of_many_questions_are_kept(stub: StubEmbedder):
    # And not the answer they came in, nor their text.
    embed_questions(MODEL, ["w" * 30_000, "puffins"])

    kept = question_cache.cache
    assert all(vector.base is None and vector.nbytes == 32 for vector in kept.values())
    assert {model for model, _ in kept} == {model_of(MODEL)}
    assert {len(digest) for _, digest in kept} == {16}
