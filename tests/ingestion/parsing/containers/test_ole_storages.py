from io import BytesIO

import pytest
from olefile import OleFileIO

from ingestion.parsing.containers.ole_storages import MAX_STREAMS, storages
from tests.ingestion.hostile.compound import Tree, compound


def copies(pool: Tree) -> dict[str, bytes | None]:
    with OleFileIO(BytesIO(compound({"WordDocument": b"x", "ObjectPool": pool}))) as file:
        return dict(storages(file, "objectpool"))


def streams(content: bytes | None) -> dict[str, bytes]:
    assert content is not None
    with OleFileIO(BytesIO(content)) as file:
        return {entry[0]: file.openstream(entry).read() for entry in file.listdir()}


def test_a_storage_becomes_a_file_with_the_same_streams():
    large = bytes(range(256)) * 8_000
    pool: Tree = {"_1": {"Package": large, "\x01Ole": b"small"}, "_2": {"CONTENTS": b"%PDF"}}

    found = copies(pool)

    assert streams(found["_1"]) == {"Package": large, "\x01Ole": b"small".ljust(4096, b"\0")}
    assert streams(found["_2"]) == {"CONTENTS": b"%PDF".ljust(4096, b"\0")}


def test_storages_in_storages_are_left_out():
    found = copies({"_1": {"Package": b"a", "ObjectPool": {"_2": {"Package": b"b"}}}})

    assert list(found) == ["_1"]
    assert list(streams(found["_1"])) == ["Package"]


def test_a_storage_that_is_too_large_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("ingestion.parsing.containers.ole_storages.MAX_BYTES", 100)

    assert copies({"_1": {"Package": bytes(101)}}) == {"_1": None}


def test_a_storage_with_too_many_streams_is_named():
    many: Tree = {f"s{number}": b"x" for number in range(MAX_STREAMS + 1)}

    assert copies({"_1": many}) == {"_1": None}
