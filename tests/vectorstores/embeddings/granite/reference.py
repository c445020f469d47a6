"""The same encoder in plain numpy and float32, as its authors describe it: slow and certain."""

import math

import numpy as np
from numpy.typing import NDArray

from vectorstores.embeddings.granite.pack import GROUP, Pack

Array = NDArray[np.float64]


def encode(pack: Pack, tokens: list[int]) -> Array:
    """Return the unit vector of one text, (384,)."""
    positions = pack.first_position + np.arange(len(tokens))
    x = weights(pack, "word_emb")[tokens] + pack.plain["pos_emb"][positions]
    x = normalised(pack, x + pack.plain["type_emb"][0], "emb_ln")
    for number in range(pack.layers):
        x = layer(pack, x, f"l{number}")
    return x[0] / np.linalg.norm(x[0])


def weights(pack: Pack, name: str) -> Array:
    """Return the float weights that a group's int8 numbers and scale encode."""
    grouped = pack.grouped[name]
    scales = np.repeat(grouped.scales.astype(np.float64), GROUP, axis=1)
    return np.asarray(grouped.values * scales, np.float64)


def layer(pack: Pack, x: Array, name: str) -> Array:
    attended = attention(linear(pack, x, f"{name}.qkv"), pack.heads)
    x = normalised(pack, x + linear(pack, attended, f"{name}.ao"), f"{name}.aln")
    hidden = gelu(linear(pack, x, f"{name}.f1"))
    return normalised(pack, x + linear(pack, hidden, f"{name}.f2"), f"{name}.fln")


def linear(pack: Pack, x: Array, name: str) -> Array:
    return x @ weights(pack, f"{name}.w").T + pack.plain[f"{name}.b"]


def attention(query_key_value: Array, heads: int) -> Array:
    tokens = len(query_key_value)
    query, key, value = (
        part.reshape(tokens, heads, -1).swapaxes(0, 1)
        for part in np.split(query_key_value, 3, axis=1)
    )
    scores = query @ key.swapaxes(1, 2) / math.sqrt(query.shape[-1])
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares /= shares.sum(axis=-1, keepdims=True)
    return (shares @ value).swapaxes(0, 1).reshape(tokens, -1)


def gelu(x: Array) -> Array:
    return x * 0.5 * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))


def normalised(pack: Pack, x: Array, name: str) -> Array:
    spread = np.sqrt(x.var(axis=-1, keepdims=True) + pack.epsilon)
    centred = (x - x.mean(axis=-1, keepdims=True)) / spread
    return centred * pack.plain[f"{name}.w"] + pack.plain[f"{name}.b"]
