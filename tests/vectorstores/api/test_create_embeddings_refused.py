"""Refusals of POST /v1/embeddings, with their messages and parameters."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse

from tests.vectorstores.api.answers import ok, refused
from vectorstores.api.serializers.embeddings import MAX_TEXT
from vectorstores.embeddings.in_process import HashingEmbedder


@pytest.fixture
def ask(api) -> Callable[..., HttpResponse]:
    return lambda given, **more: api.post(
        "/v1/embeddings", {"model": "hashing", "input": given, **more}
    )


@pytest.mark.parametrize(
    ("given", "message", "code", "param"),
    [
        ("", "Invalid 'input': input cannot be an empty string.", "string_below_min_length", ""),
        (
            ["a", "", "b"],
            "Invalid 'input[1]': input cannot be an empty string.",
            "string_below_min_length",
            "[1]",
        ),
        ([], "Invalid 'input': input cannot be an empty array.", "array_below_min_length", ""),
        (
            [[1], []],
            "Invalid 'input[1]': input cannot be an empty array.",
            "array_below_min_length",
            "[1]",
        ),
        (
            ["a"] * 2049,
            "Invalid 'input': array length must be 2048 or less.",
            "array_above_max_length",
            "",
        ),
        (
            [1] * 2049,
            "Invalid 'input': array length must be 2048 or less.",
            "array_above_max_length",
            "",
        ),
        (
            None,
            "Invalid type for 'input': expected a string or an array, but got null instead.",
            "invalid_type",
            "",
        ),
        (
            5,
            "Invalid type for 'input': expected a string or an array, but got an integer instead.",
            "invalid_type",
            "",
        ),
        (
            {"text": "a"},
            "Invalid type for 'input': expected a string or an array, but got an object instead.",
            "invalid_type",
            "",
        ),
        (
            [True],
            "Invalid type for 'input[0]': expected a string, an integer or an array of integers, "
            "but got a boolean instead.",
            "invalid_type",
            "[0]",
        ),
        (
            [1.0],
            "Invalid type for 'input[0]': expected a string, an integer or an array of integers, "
            "but got a decimal instead.",
            "invalid_type",
            "[0]",
        ),
        (
            ["a", 1],
            "Invalid type for 'input[1]': expected a string, but got an integer instead.",
            "invalid_type",
            "[1]",
        ),
        (
            ["a", None],
            "Invalid type for 'input[1]': expected a string, but got null instead.",
            "invalid_type",
            "[1]",
        ),
        (
            [1, "a"],
            "Invalid type for 'input[1]': expected an integer, but got a string instead.",
            "invalid_type",
            "[1]",
        ),
        (
            [1, True],
            "Invalid type for 'input[1]': expected an integer, but got a boolean instead.",
            "invalid_type",
            "[1]",
        ),
        (
            [[1], "a"],
            "Invalid type for 'input[1]': expected an array of integers, but got a string instead.",
            "invalid_type",
            "[1]",
        ),
        (
            [[1], [2, None]],
            "Invalid type for 'input[1][1]': expected an integer, but got null instead.",
            "invalid_type",
            "[1][1]",
        ),
        (
            [[1, False]],
            "Invalid type for 'input[0][1]': expected an integer, but got a boolean instead.",
            "invalid_type",
            "[0][1]",
        ),
        (
            [1, -1],
            "Invalid 'input[1]': integer below minimum value. "
            "Expected a value >= 0, but got -1 instead.",
            "integer_below_min_value",
            "[1]",
        ),
        (
            [100_256],
            "Invalid 'input[0]': integer above maximum value. "
            "Expected a value <= 100255, but got 100256 instead.",
            "integer_above_max_value",
            "[0]",
        ),
        (
            [[1], [2, 100_257]],
            "Invalid 'input[1][1]': integer above maximum value. "
            "Expected a value <= 100255, but got 100257 instead.",
            "integer_above_max_value",
            "[1][1]",
        ),
        (
            [[1], [220] * 8193],
            "Invalid 'input[1]': maximum input length is 8192 tokens.",
            "invalid_value",
            "[1]",
        ),
        (
            [[220] * 8000] * 38,
            "Invalid 'input': maximum request size is 300000 tokens per request.",
            "invalid_value",
            "",
        ),
        (
            "word " * 8193,
            "Invalid 'input': maximum input length is 8192 tokens.",
            "invalid_value",
            "",
        ),
        (
            ["a", "b", "word " * 8193],
            "Invalid 'input[2]': maximum input length is 8192 tokens.",
            "invalid_value",
            "[2]",
        ),
        (
            ["word " * 8000] * 38,
            "Invalid 'input': maximum request size is 300000 tokens per request.",
            "invalid_value",
            "",
        ),
        (
            ["a", "x" * (MAX_TEXT + 1)],
            "Invalid 'input[1]': string too long. Expected a string with maximum length 131072, "
            "but got a string with length 131073 instead.",
            "string_above_max_length",
            "[1]",
        ),
    ],
)
def test_an_invalid_input_is_refused_with_its_path(ask, given, message, code, param):
    assert refused(ask(given), code=code, param=f"input{param}") == message


def test_the_longest_inputs_are_accepted(ask):
    ok(ask("word " * 8192))
    ok(ask("x" * MAX_TEXT))
    ok(ask([1] * 2048))
    ok(ask([[220] * 8192]))


@pytest.mark.parametrize(
    ("more", "code", "param"),
    [
        ({"model": None}, "invalid_type", "model"),
        ({"model": 5}, "invalid_type", "model"),
        ({"model": "m" * 257}, "string_above_max_length", "model"),
        ({"encoding_format": "float16"}, "invalid_value", "encoding_format"),
        ({"encoding_format": 16}, "invalid_type", "encoding_format"),
        ({"dimensions": 0}, "integer_below_min_value", "dimensions"),
        ({"dimensions": "256"}, "invalid_type", "dimensions"),
        ({"dimensions": 256.0}, "invalid_type", "dimensions"),
        ({"dimensions": True}, "invalid_type", "dimensions"),
        ({"user": 5}, "invalid_type", "user"),
        ({"texts": ["a"]}, "unknown_parameter", "texts"),
    ],
)
def test_an_invalid_parameter_is_refused(ask, more, code, param):
    refused(ask("wombats", **more), code=code, param=param)


@pytest.mark.parametrize("name", ["input", "model"])
def test_a_missing_required_parameter_is_named(api, name):
    body = {"input": "wombats", "model": "hashing"}
    del body[name]

    message = refused(
        api.post("/v1/embeddings", body), code="missing_required_parameter", param=name
    )

    assert message == f"Missing required parameter: '{name}'."


def test_a_refused_request_embeds_nothing(ask, monkeypatch):
    asked: list[object] = []
    monkeypatch.setattr(HashingEmbedder, "embed", lambda self, texts: asked.append(texts))

    refused(ask(["a", "word " * 8193]), code="invalid_value", param="input[1]")

    assert asked == []
