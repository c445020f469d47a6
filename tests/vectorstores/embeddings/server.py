"""An embedding service on this machine whose answers the test sets."""

import base64
from typing import Any

import numpy as np

from tests.vectorstores.http.server import Answer, Asked, StubServer, answer_json


class EmbeddingServer(StubServer):
    def __init__(self) -> None:
        super().__init__(in_base64)


def vector_of(text: str, dimensions: int = 4) -> list[float]:
    """Return a vector that is not of unit length, and differs for texts of different length."""
    return [3.0, float(len(text)), *[0.0] * (dimensions - 2)]


def in_floats(asked: Asked) -> Answer:
    return embeddings([vector_of(text) for text in asked.texts])


def in_base64(asked: Asked) -> Answer:
    rows = [np.array(vector_of(text), "<f4").tobytes() for text in asked.texts]
    return embeddings([base64.b64encode(row).decode() for row in rows])


def embeddings(values: list[Any], **more: object) -> Answer:
    data = [{"object": "embedding", "index": i, "embedding": v} for i, v in enumerate(values)]
    return answer_json({"object": "list", "data": data, **more})


def counted(asked: Asked) -> Answer:
    """Answer with a usage of one token for each character, or for each token."""
    tokens = sum(map(len, asked.texts))
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    size = asked.body.get("dimensions", 4)
    return embeddings([vector_of(text, size) for text in asked.texts], usage=usage)
