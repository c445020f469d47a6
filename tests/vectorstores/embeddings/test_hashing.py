import subprocess
import sys

import numpy as np
import pytest

from vectorstores.embeddings.hashing import HashingEmbedder


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


def test_another_process_computes_the_same_vector(embedder: HashingEmbedder):
    program = (
        "from vectorstores.embeddings.hashing import HashingEmbedder as H\n"
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
