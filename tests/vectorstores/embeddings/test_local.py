import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tiktoken import Encoding
from tokenizers import Tokenizer, models, pre_tokenizers

from vectorstores.cl100k import ranks
from vectorstores.embeddings.errors import EmbedderMisconfigured
from vectorstores.embeddings.local import MOST_TOKENS, LocalEmbedder

PASSAGES = {
    "How do I stop two workers from taking the same row?": (
        "SELECT ... FOR UPDATE SKIP LOCKED returns only rows that no other transaction holds, so "
        "each consumer of a queue gets its own."
    ),
    "Why does bread rise?": (
        "Yeast ferments sugar into carbon dioxide, and the gas inflates the dough while gluten "
        "keeps it from escaping."
    ),
    "When must I hand in my tax return?": (
        "Individuals file their annual declaration of income with the revenue office by the end "
        "of April."
    ),
    "Which animal sleeps while hanging upside down?": (
        "Bats roost with their heads towards the ground, gripping the ceiling of a cave with the "
        "claws of their feet."
    ),
    "What keeps the moon in its path around us?": (
        "A satellite falls towards the planet all the time, but its sideways speed makes it miss; "
        "gravity bends its course into an orbit."
    ),
}


def test_each_question_finds_its_passage_among_the_others(granite_embedder: LocalEmbedder):
    questions = granite_embedder.embed(list(PASSAGES))
    passages = granite_embedder.embed(list(PASSAGES.values()))

    best = (questions @ passages.T).argmax(axis=1)

    assert best.tolist() == list(range(len(PASSAGES)))


def test_vectors_have_the_models_dimensions_and_unit_length(granite_embedder: LocalEmbedder):
    vectors = granite_embedder.embed(["bread", "", "\N{BREAD} 面包 \x01", "word " * 5000])

    assert vectors.shape == (4, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)


def test_no_texts_give_no_vectors(granite_embedder: LocalEmbedder):
    assert granite_embedder.embed([]).shape == (0, 384)


def test_a_vector_does_not_depend_on_its_neighbours(granite_embedder: LocalEmbedder):
    texts = [*PASSAGES.values(), "short", "long " * 300]

    together = granite_embedder.embed(texts)

    alone = np.vstack([granite_embedder.embed([text]) for text in texts])
    np.testing.assert_array_equal(together, alone)


def test_threads_compute_what_one_thread_computes(granite_embedder: LocalEmbedder):
    texts = [f"{passage} {number}" for number in range(6) for passage in PASSAGES.values()]

    with ThreadPoolExecutor(8) as threads:
        at_once = list(threads.map(lambda text: granite_embedder.embed([text])[0], texts))

    np.testing.assert_array_equal(at_once, granite_embedder.embed(texts))


def test_a_text_is_read_up_to_its_512th_token_and_no_further(granite_embedder: LocalEmbedder):
    words = ["word"] * 600  # a token each, and two control tokens
    late, too_late = words.copy(), words.copy()
    late[505], too_late[510] = "harbour", "harbour"

    base, changed, unseen = granite_embedder.embed([" ".join(w) for w in (words, late, too_late)])

    assert base @ changed < 0.9999
    np.testing.assert_array_equal(base, unseen)


def test_a_control_token_spelled_in_a_text_is_only_text(granite_embedder: LocalEmbedder):
    plain, spelled = granite_embedder.embed(["bread</s>", "bread"])

    assert plain @ spelled < 0.99


def test_tokens_are_the_models_own_without_control_tokens(granite_embedder: LocalEmbedder):
    assert granite_embedder.count("hello world") == 2
    assert granite_embedder.count("hello world</s>") > 3  # characters, and no control token
    assert granite_embedder.count("") == 0


def test_tokens_that_are_cut_off_are_counted(
    granite_directory: Path, granite_embedder: LocalEmbedder
):
    uncut = Tokenizer.from_file(str(granite_directory / "tokenizer.json"))
    uncut.no_truncation()
    text = "\n".join(PASSAGES.values()) * 40

    tokens = len(uncut.encode(text, add_special_tokens=False))

    assert tokens > 2 * MOST_TOKENS
    assert granite_embedder.count(text) == tokens


def test_a_text_and_its_tokens_have_the_same_vector(granite_embedder: LocalEmbedder):
    encoding = Encoding(
        "cl100k_base", pat_str=r"\w+|\W", mergeable_ranks=ranks(), special_tokens={}
    )
    texts = [*PASSAGES, "\N{BREAD} 面包 \x00"]

    by_text = granite_embedder.embed_inputs(texts)
    by_token = granite_embedder.embed_inputs([encoding.encode(text) for text in texts])

    np.testing.assert_array_equal(by_text.vectors, granite_embedder.embed(texts))
    np.testing.assert_array_equal(by_token.vectors, by_text.vectors)
    assert by_token.tokens == by_text.tokens == sum(map(granite_embedder.count, texts))


# From here on a model of a user's own, as small as one can be.

TABLE = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [3, 4, 0]], np.float32)
WORDS = {"one": 0, "two": 1, "three": 2, "big": 3}

Save = Callable[..., Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Save a model that gives one vector per token: the token's row of TABLE."""

    def save(
        inputs: tuple[str, ...] = ("input_ids",), truncate_at: int | None = None, stride: int = 0
    ) -> Path:
        tokenizer = Tokenizer(models.WordLevel(WORDS, unk_token="one"))
        tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
        if truncate_at:
            tokenizer.enable_truncation(truncate_at, stride=stride)
        tokenizer.save(str(tmp_path / "tokenizer.json"))
        onnx.save(token_model(inputs), tmp_path / "model.onnx")
        return tmp_path

    return save


def token_model(inputs: tuple[str, ...]) -> onnx.ModelProto:
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])],
        "tokens",
        [helper.make_tensor_value_info(name, TensorProto.INT64, [1, "n"]) for name in inputs],
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [1, "n", 3])],
        [numpy_helper.from_array(TABLE, "table")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def load(directory: Path, dimensions: int = 3) -> LocalEmbedder:
    return LocalEmbedder(directory, model="tokens", dimensions=dimensions)


def test_a_vector_per_token_becomes_their_mean(save: Save):
    vectors = load(save()).embed(["one two", "big"])

    np.testing.assert_allclose(vectors, [[0.5**0.5, 0.5**0.5, 0], [0.6, 0.8, 0]], rtol=1e-6)


def test_a_model_whose_pooling_takes_the_first_token_gets_it(save: Save):
    directory = save()
    (directory / "1_Pooling").mkdir()
    (directory / "1_Pooling" / "config.json").write_text(
        json.dumps({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False})
    )

    vectors = load(directory).embed(["big one two"])

    np.testing.assert_allclose(vectors, [[0.6, 0.8, 0]], rtol=1e-6)


def test_the_usual_inputs_are_fed_when_a_model_wants_them(save: Save):
    directory = save(("input_ids", "attention_mask", "token_type_ids"))

    assert load(directory).embed(["three"]).tolist() == [[0, 0, 1]]


def test_a_tokenizer_that_says_where_to_cut_is_obeyed(save: Save):
    vectors = load(save(truncate_at=2)).embed(["one two three"])

    np.testing.assert_allclose(vectors, [[0.5**0.5, 0.5**0.5, 0]], rtol=1e-6)


def test_a_tokenizer_that_would_repeat_what_it_cuts_counts_it_once(save: Save):
    embedder = load(save(truncate_at=4, stride=2))

    assert embedder.count("one two three one two three one two three") == 9


def test_a_tokenizer_that_does_not_is_cut_at_512(save: Save):
    vectors = load(save()).embed(["one " * MOST_TOKENS + "two " * 9])

    assert vectors.tolist() == [[1, 0, 0]]


def test_a_model_that_wants_more_than_text_is_refused(save: Save):
    directory = save(("input_ids", "pixel_values"))

    with pytest.raises(EmbedderMisconfigured, match="wants the input pixel_values"):
        load(directory)


def test_a_model_of_other_dimensions_is_refused(save: Save):
    directory = save()

    with pytest.raises(
        EmbedderMisconfigured, match=r"is set to 384 dimensions, .* gives 3 numbers"
    ):
        load(directory, dimensions=384)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_file_that_is_missing_or_broken_is_named(save: Save, name: str):
    directory = save()
    (directory / name).write_bytes(b"not what it says")

    with pytest.raises(
        EmbedderMisconfigured, match=f"{name}: .*EMBEDDING_MODEL_DIR, or .* must hold"
    ):
        load(directory)

    (directory / name).unlink()

    with pytest.raises(
        EmbedderMisconfigured, match=f"{name}: .*EMBEDDING_MODEL_DIR, or .* must hold"
    ):
        load(directory)
