import subprocess
import sys
from collections.abc import Sequence

import numpy as np
import pytest

from vectorstores import cl100k
from vectorstores.embeddings.errors import DimensionsRefused, InputRefused
from vectorstores.embeddings.in_process import HashingEmbedder, InProcessEmbedder
from vectorstores.embeddings.inputs import TOKENS_PER_INPUT, TOKENS_PER_REQUEST

HELLO_WORLD = [15339, 1917]


class Spy(InProcessEmbedder):
    """Knows the length of a text and nothing else, and remembers what it was handed."""

    model, dimensions, batch_size = "lengths", 2, 3

    def __init__(self, tokens_per_word: int = 1) -> None:
        self.tokens_per_word = tokens_per_word
        self.batches: list[list[str]] = []

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.batches.append(list(texts))
        return np.array([[len(text), 0] for text in texts], np.float32)

    def count(self, text: str) -> int:
        return len(text.split()) * self.tokens_per_word


def test_texts_are_embedded_in_order_and_counted():
    embedded = Spy().embed_inputs(["one", "two three"])

    assert embedded.vectors.tolist() == [[3, 0], [9, 0]]
    assert embedded.vectors.dtype == np.float32
    assert embedded.tokens == 3


def test_a_long_request_is_embedded_a_batch_at_a_time():
    embedder = Spy()

    embedded = embedder.embed_inputs(list("abcdefgh"))

    assert embedder.batches == [["a", "b", "c"], ["d", "e", "f"], ["g", "h"]]
    assert embedded.vectors.shape == (8, 2)


def test_tokens_are_the_text_they_were_made_of():
    embedder = Spy(tokens_per_word=3)

    embedded = embedder.embed_inputs([HELLO_WORLD, HELLO_WORLD[:1]])

    assert embedder.batches == [["hello world", "hello"]]
    assert embedded.tokens == 9  # as the model counts, and as it would have counted the text


@pytest.mark.parametrize("token", [cl100k.SIZE, 100_257, 100_276])  # <|endoftext|>, …
def test_a_token_that_no_text_has_is_found(token: int):
    embedder = Spy()

    with pytest.raises(InputRefused) as caught:
        embedder.embed_inputs([HELLO_WORLD, [*HELLO_WORLD, token]])

    assert str(caught.value) == (
        f"integer above maximum value. Expected a value <= 100255, but got {token} instead."
    )
    assert caught.value.path == (1, 2)
    assert embedder.batches == []


def test_its_own_size_may_be_asked_for_and_no_other():
    assert Spy().embed_inputs(["one"], dimensions=2).vectors.shape == (1, 2)

    for dimensions in (1, 3):
        with pytest.raises(DimensionsRefused, match="does not support specifying dimensions"):
            Spy().embed_inputs(["one"], dimensions=dimensions)


def test_a_text_that_is_too_long_is_refused_before_anything_is_embedded():
    embedder = Spy()

    embedder.embed_inputs(["word " * TOKENS_PER_INPUT])
    with pytest.raises(InputRefused, match="maximum input length") as caught:
        embedder.embed_inputs(["one", "word " * (TOKENS_PER_INPUT + 1)])

    assert caught.value.path == (1,)
    assert len(embedder.batches) == 1


def test_texts_that_are_too_much_together_are_refused():
    fits = TOKENS_PER_REQUEST // 8000

    Spy().embed_inputs(["word " * 8000] * fits)
    with pytest.raises(InputRefused, match="maximum request size"):
        Spy().embed_inputs(["word " * 8000] * (fits + 1))


def test_tokens_are_held_to_the_limits_as_the_client_counts_them():
    greedy = Spy(tokens_per_word=TOKENS_PER_INPUT)

    assert greedy.embed_inputs([HELLO_WORLD]).tokens == 2 * TOKENS_PER_INPUT
    with pytest.raises(InputRefused, match="maximum input length"):
        greedy.embed_inputs(["hello world"])
    with pytest.raises(InputRefused, match="maximum input length"):
        Spy().embed_inputs([[220] * (TOKENS_PER_INPUT + 1)])
    with pytest.raises(InputRefused, match="maximum request size"):
        Spy().embed_inputs([[220] * 8000] * 38)


@pytest.fixture
def embedder() -> HashingEmbedder:
    return HashingEmbedder(model="hashing", dimensions=256)


def test_texts_that_share_words_are_nearer_than_texts_that_do_not(embedder: HashingEmbedder):
    question, near, far = embedder.embed(
        ["how to water a cactus", "A cactus needs little water.", "Ships enter the harbour"]
    )

    assert question @ near > 0.3 > question @ far


def test_vectors_have_the_dimensions_asked_for_and_unit_length(embedder: HashingEmbedder):
    vectors = embedder.embed(["one", "one two two", "", "!?"])

    assert vectors.shape == (4, 256)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-6)


@pytest.mark.usefixtures("programs")
def test_another_process_computes_the_same_vector(embedder: HashingEmbedder):
    program = (
        "from vectorstores.embeddings.in_process import HashingEmbedder as H\n"
        "print(H(model='hashing', dimensions=256).embed(['a cactus']).argsort()[0, -2:].tolist())"
    )

    there = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    here = embedder.embed(["a cactus"]).argsort()[0, -2:].tolist()
    assert there.stdout.decode().strip() == str(here)


def test_models_of_other_names_compute_other_vectors(embedder: HashingEmbedder):
    text = "How to water a cactus in the desert"

    other = HashingEmbedder(model="other", dimensions=256).embed([text])

    assert (other @ embedder.embed([text]).T).item() < 0.3


def test_no_texts_give_no_vectors(embedder: HashingEmbedder):
    assert embedder.embed([]).shape == (0, 256)


def test_tokens_are_words(embedder: HashingEmbedder):
    embedded = embedder.embed_inputs(["How to water a cactus?", "!?"])

    assert embedded.tokens == 5
    np.testing.assert_array_equal(
        embedded.vectors, embedder.embed(["How to water a cactus?", "!?"])
    )
