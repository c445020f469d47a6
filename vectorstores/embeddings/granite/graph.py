"""The model as an ONNX graph: token ids of one text in, one vector of unit length out.

It is a RoBERTa encoder, and only the first token's vector is used. Its weights stay the
int8 numbers of the pack: MatMulNBits of onnxruntime reads groups of 64 with a scale each, so
nothing is quantised a second time and the file is half the size of one with float32.

There is no attention mask, since there is no padding: a text is always alone in its batch.
"""

from typing import Any

import numpy as np
import onnx
from numpy.typing import ArrayLike
from onnx import TensorProto, helper, numpy_helper

from vectorstores.embeddings.granite.pack import GROUP, Pack

OPSET = 20  # the first with Gelu
CONTRIB = "com.microsoft"  # operators that onnxruntime adds to ONNX
ZERO_POINT = 0x80  # an unsigned byte that stands for weight 0, unless MatMulNBits is given another


def granite_model(pack: Pack) -> onnx.ModelProto:
    graph = _Encoder(pack)
    graph.encode()
    tokens = helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "tokens"])
    vector = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, graph.width])
    return helper.make_model(
        helper.make_graph(graph.nodes, "granite", [tokens], [vector], graph.constants),
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)],
        ir_version=9,  # the first for this opset, so that the oldest onnxruntime reads it
    )


class _Encoder:
    """Writes the graph from input to output; methods take and return the names of its values."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.width = pack.grouped["word_emb"].values.shape[1]
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def encode(self) -> None:
        x = self._normalised(self._embedded("input_ids"), "emb_ln")
        last = self.pack.layers - 1
        for number in range(last):
            x = self._layer(x, f"l{number}")
        x = self._layer(x, f"l{last}", first_token_only=True)
        vector = self._node("Squeeze", [x, self._constant([1])])
        self._node("LpNormalization", [vector], output="embedding", axis=-1, p=2)

    def _embedded(self, tokens: str) -> str:
        """Add word, position and type of each token: (1, tokens, width)."""
        # Rows of the word table are made float32 only once they are looked up.
        table = self.pack.grouped["word_emb"]
        groups = self.width // GROUP
        values = self._constant(table.values.reshape(-1, groups, GROUP))
        scales = self._constant(table.scales.reshape(-1, groups, 1))
        found = self._node("Gather", [values, tokens])
        floats = self._node("Cast", [found], to=TensorProto.FLOAT)
        scaled = self._node("Mul", [floats, self._node("Gather", [scales, tokens])])
        words = self._node("Reshape", [scaled, self._constant([0, 0, self.width])])
        first = self.pack.first_position
        rows = self._constant(self.pack.plain["pos_emb"][first:] + self.pack.plain["type_emb"][0])
        count = self._node("Shape", [tokens], start=1)
        positions = self._node("Slice", [rows, self._constant([0]), count])
        return self._node("Add", [words, positions])

    def _layer(self, x: str, name: str, *, first_token_only: bool = False) -> str:
        """Add a layer. The last one finishes only the first token, whose vector alone is read."""
        thirds = query, key, value = [f"{name}.query", f"{name}.key", f"{name}.value"]
        qkv = self._linear(x, f"{name}.qkv")
        self.nodes.append(helper.make_node("Split", [qkv], thirds, axis=-1, num_outputs=3))
        if first_token_only:
            x, query = self._first_token(x), self._first_token(query)
        attended = self._node(
            "MultiHeadAttention", [query, key, value], domain=CONTRIB, num_heads=self.pack.heads
        )
        x = self._normalised(
            self._node("Add", [x, self._linear(attended, f"{name}.ao")]), f"{name}.aln"
        )
        hidden = self._node("Gelu", [self._linear(x, f"{name}.f1")])
        return self._normalised(
            self._node("Add", [x, self._linear(hidden, f"{name}.f2")]), f"{name}.fln"
        )

    def _linear(self, x: str, name: str) -> str:
        weights = self.pack.grouped[f"{name}.w"]
        rows, columns = weights.values.shape
        unsigned = weights.values.view(np.uint8) ^ ZERO_POINT  # value + 128, in two's complement
        inputs = [
            x,
            self._constant(unsigned.reshape(rows, columns // GROUP, GROUP)),
            self._constant(weights.scales),
            "",  # zero points: the default
            "",  # order of the groups: as they are
            self._constant(self.pack.plain[f"{name}.b"]),
        ]
        return self._node(
            "MatMulNBits",
            inputs,
            domain=CONTRIB,
            K=columns,
            N=rows,
            bits=8,
            block_size=GROUP,
            accuracy_level=4,  # multiply as int8, the fast way where the CPU has one
        )

    def _normalised(self, x: str, name: str) -> str:
        weight, bias = self.pack.plain[f"{name}.w"], self.pack.plain[f"{name}.b"]
        return self._node(
            "LayerNormalization",
            [x, self._constant(weight), self._constant(bias)],
            axis=-1,
            epsilon=self.pack.epsilon,
        )

    def _first_token(self, x: str) -> str:
        return self._node("Gather", [x, self._constant([0])], axis=1)

    def _node(self, operator: str, inputs: list[str], output: str = "", **attributes: Any) -> str:
        output = output or f"{operator}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def _constant(self, value: ArrayLike) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name
