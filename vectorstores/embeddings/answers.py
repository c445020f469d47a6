"""Reads what a service that claims to speak OpenAI's protocol has answered."""

import base64
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Answer:
    """Embeddings in the order of the inputs, (count, dimensions), and the tokens of all inputs."""

    vectors: NDArray[np.float64]
    tokens: int


def read_answer(body: bytes, *, count: int) -> Answer:
    """The `count` embeddings of an answer, and its `usage`: 0 where the service tells none.

    Each may be base64 of little-endian float32, as we ask, or a list of numbers, as services
    that ignore the question answer. Raises ValueError, worded to follow "but", for anything
    else.
    """
    try:
        answer = json.loads(body)
        items = sorted(enumerate(answer["data"]), key=lambda item: item[1].get("index", item[0]))
        vectors = [_read_vector(item["embedding"]) for _, item in items]
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise ValueError("not with a list of embeddings") from error
    if len(vectors) != count:
        raise ValueError(f"with {len(vectors)} embeddings for {count} texts")
    if len({vector.shape for vector in vectors}) != 1 or vectors[0].ndim != 1:
        raise ValueError("with embeddings of different sizes")
    return Answer(np.array(vectors), _read_tokens(answer.get("usage")))


def _read_vector(value: Any) -> NDArray[np.float64]:
    if isinstance(value, str):
        return np.frombuffer(base64.b64decode(value, validate=True), "<f4").astype(np.float64)
    return np.asarray(value, dtype=np.float64)


def _read_tokens(usage: Any) -> int:
    if not isinstance(usage, dict):
        return 0
    tokens = usage.get("prompt_tokens", usage.get("total_tokens"))
    return tokens if type(tokens) is int and tokens > 0 else 0
