"""Vectors from a model in this process: any directory with model.onnx and tokenizer.json."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from vectorstores.embeddings.errors import EmbedderMisconfigured
from vectorstores.embeddings.in_process import InProcessEmbedder
from vectorstores.embeddings.inputs import unit_length

MOST_TOKENS = 512
"""Where a text is cut unless tokenizer.json says otherwise: the positions most models know."""


class LocalEmbedder(InProcessEmbedder):
    """One text at a time on one thread, so the way to more speed is more processes.

    Alone a text needs no padding, which is the fastest per CPU-second, and its vector depends
    on nothing but itself.
    """

    batch_size = 8

    def __init__(self, directory: Path, *, model: str, dimensions: int) -> None:
        """Load the model. Raises EmbedderMisconfigured for a directory without a model of these
        dimensions.
        """
        self.model = model
        self.dimensions = dimensions
        self._tokenizer = _tokenizer(directory / "tokenizer.json")
        self._session = _session(directory / "model.onnx")
        self._inputs = [node.name for node in self._session.get_inputs()]
        self._first_token = _takes_first_token(directory / "1_Pooling" / "config.json")
        unknown = set(self._inputs) - {"input_ids", "attention_mask", "token_type_ids"}
        if unknown:
            raise EmbedderMisconfigured(
                f"{directory}/model.onnx is no text embedding model we can run: it wants the "
                f"input {min(unknown)}."
            )
        size = len(self._vector("size"))
        if size != self.dimensions:
            raise EmbedderMisconfigured(
                f"The model {self.model} is set to {self.dimensions} dimensions, but the one in "
                f"{directory} gives {size} numbers per text: set EMBEDDING_DIMENSIONS, or those "
                "in EMBEDDING_MODELS."
            )

    def embed(self, texts: Sequence[str], *, timeout: float | None = None) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._vector(text)
        return unit_length(vectors)

    def count(self, text: str) -> int:
        """Count the tokens without control tokens, as OpenAI does."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        return sum(len(part) for part in (encoding, *encoding.overflowing))

    def _vector(self, text: str) -> NDArray[np.float32]:
        ids = np.array([self._tokenizer.encode(text).ids])
        feeds = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        outputs = self._session.run(None, {name: feeds[name] for name in self._inputs})
        output: NDArray[np.float32] = outputs[0][0]  # of the text, (dimensions,), or one per token
        if output.ndim == 1:
            return output
        vector: NDArray[np.float32] = output[0] if self._first_token else output.mean(axis=0)
        return vector


def _tokenizer(path: Path) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # whose class is not known
        raise _unusable(path, error) from error
    # What is cut off must not repeat what is read, or it would be counted twice.
    cut = {"max_length": MOST_TOKENS, **(tokenizer.truncation or {}), "stride": 0}
    tokenizer.enable_truncation(**cut)
    tokenizer.no_padding()
    # A text that spells a control token, like "</s>", means the characters.
    tokenizer.encode_special_tokens = True
    return tokenizer


def _session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    try:
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # each of its classes derives from Exception itself
        raise _unusable(path, error) from error


def _unusable(path: Path, error: Exception) -> EmbedderMisconfigured:
    return EmbedderMisconfigured(
        f"The embedding model cannot be loaded from {path}: {error}. EMBEDDING_MODEL_DIR, "
        "or the model_dir in EMBEDDING_MODELS, must hold a model.onnx and its tokenizer.json."
    )


def _takes_first_token(path: Path) -> bool:
    """Return whether a text's vector is its first token's, or else the mean of all.

    The file is the one sentence-transformers keeps beside a model; without it, it takes the
    mean, and so do we.
    """
    if not path.exists():
        return False
    config = json.loads(path.read_text())
    return bool(config.get("pooling_mode_cls_token")) or config.get("pooling_mode") == "cls"
