from collections.abc import Sequence

import numpy as np
import pytest

from vectorstores import cl100k
from vectorstores.embeddings.errors import DimensionsRefused, InputRefused
from vectorstores.embeddings.in_process import InProcessEmbedder
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
