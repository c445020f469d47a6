"""A child in a stranger's hands says what it likes, and nothing comes of it."""

import errno
import json
import os
import pickle
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.chunking import Chunk
from ingestion.file_warnings import FileWarning, WarningCode
from ingestion.last_errors import EncryptedFile, ParserCrashed
from ingestion.sandbox.frames import Garbled, encode
from ingestion.sandbox.validation import Validator, error_from_message
from tests.ingestion.sandbox.conftest import Do

FIRST = ["the first", 0, 2, None, None]
DONE = {"done": True}


class Payload:
    def __reduce__(self) -> tuple[Any, ...]:
        return os._exit, (99,)


def body(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


@pytest.mark.parametrize(
    "said",
    [
        b"\xff\xff\xff\xff",  # a message of four gigabytes
        body(pickle.dumps(Payload())),
        body(b"\xff\xfe"),
        body(b"{"),
        body(b"[" * 1_000_000),
        encode("done"),
        encode(None),
        encode(7),
        encode({}),
        encode({"done": "almost"}),
        encode({"refused": "SystemExit", "advice": "", "cause": None}),
        encode({"refused": "InternalError", "advice": "", "cause": None}),
        encode({"refused": "IngestionError", "advice": "", "cause": None}),
        encode({"refused": "ErrorCode", "advice": "", "cause": None}),
        encode({"refused": "CorruptFile", "advice": "a\0b", "cause": None}),
        encode({"refused": "CorruptFile", "advice": "long" * 1000, "cause": None}),
        encode({"refused": ["CorruptFile"], "advice": "", "cause": None}),
        encode({"bug": 1}),
        encode({"disk": errno.EIO}),
        encode({"disk": True}),
        encode({"disk": str(errno.ENOSPC)}),
        encode({"remark": 1}),
        encode({"remark": "long" * 1000}),
        encode({"remark": "often"}) * 21,
        encode({"warning": "pages_not_read"}),
        encode({"warning": "pages_not_read", "message": 1}),
        encode({"warning": "pages_not_read", "message": "long" * 1000}),
        encode({"warning": "pages_not_read", "message": "a\0b"}),
        encode({"warning": "another", "message": "text"}),
        encode({"warning": ["pages_not_read"], "message": "text"}),
        encode({"warning": "pages_not_read", "message": "often"}) * 22,
        encode([]),
        encode(["text", 0, 2, None]),
        encode(["text", 0.0, 2, None, None]),
        encode([1, 0, 2, None, None]),
        encode(["text", 0, 2, "1", None]),
        encode(["text", 0, 2, None, 1]),
        encode(["", 0, 2, None, None]),
        encode(["text", 0, 0, None, None]),
        encode(["text", 0, 801, None, None]),
        encode(["text", 1, 2, None, None]),
        encode(["text", -1, 2, None, None]),
        encode(["text", 0, 2, 2**31, None]),
        encode(["text", 0, 2, -1, None]),
        encode(["a\0b", 0, 2, None, None]),
        body(json.dumps(["\ud800", 0, 2, None, None]).encode()),
        body(json.dumps(["text", 0, 2, None, "\ud800"]).encode()),
        encode(["text", 0, 2, None, "long" * 1000]),
        encode(FIRST) + encode(FIRST),
        encode(FIRST) + encode(["a gap", 10, 2, None, None]),
    ],
)
def test_a_nonsensical_reply_fails_the_file(do: Do, said: bytes):
    with pytest.raises(ParserCrashed) as refused:
        list(do("write_what_the_file_says", said))

    assert refused.value.code == "invalid_file"


@pytest.mark.parametrize("said", [b"", b"\0", encode(FIRST), encode(FIRST)[:-1], encode(DONE)[:-1]])
def test_an_incomplete_reply_fails_the_file(do: Do, said: bytes):
    with pytest.raises(ParserCrashed):
        list(do("write_what_the_file_says", said))


def test_messages_after_the_end_are_ignored(do: Do):
    said = encode(FIRST) + encode(DONE) + encode(["more", 4, 2, None, None])

    assert list(do("write_what_the_file_says", said)) == [Chunk("the first", 0, 0, 2, None, None)]


def test_a_warning_arrives_beside_the_text_and_is_no_part_of_it(do: Do):
    warnings: list[FileWarning] = []

    chunks = list(do("warn_in_the_middle", on_warning=warnings.append))

    assert [chunk.text for chunk in chunks] == ["Before. After."]
    message = "attachment a??.zip was not read"
    assert warnings == [FileWarning(WarningCode.ATTACHMENTS_NOT_READ, message)]


def test_a_reason_comes_with_its_advice_and_its_cause(do: Do):
    with pytest.raises(EncryptedFile) as refused:
        list(do("refuse"))

    assert str(refused.value) == "The file could not be parsed. It has two passwords."
    assert 'KeyError: "the library\'s own words"' in str(refused.value.__cause__)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
NEARLY = st.fixed_dictionaries(
    {
        "refused": st.sampled_from(["CorruptFile", "Exception", "print", "", 7]),
        "advice": ANYTHING,
        "cause": ANYTHING,
    }
)


@given(ANYTHING | NEARLY)
def test_the_last_message_is_a_reason_or_refused(message: Any):
    try:
        said = error_from_message(message)
    except Garbled:
        return

    assert str(said).encode()


@given(
    st.lists(
        st.lists(ANYTHING, max_size=6)
        | st.tuples(
            st.text(),
            st.integers(),
            st.integers(),
            st.none() | st.integers(),
            st.none() | st.text(),
        ).map(list),
        max_size=3,
    )
)
def test_any_message_is_a_chunk_or_refused(messages: list[list[Any]]):
    validator = Validator(800)

    try:
        found = [validator.chunk(message) for message in messages]
    except Garbled:
        return

    for chunk in found:
        assert chunk.text.encode()
        assert 0 < chunk.tokens <= 800
        assert 0 <= chunk.start < 2**31
