from uuid import UUID

import pytest

from vectorstores.indexes.definitions import (
    Target,
    build_memory,
    is_leftover,
    parse_name,
    text_index,
    vector_index,
)
from vectorstores.models import IndexKind

STORE = UUID("01a1ff5e-b574-758d-b716-de2c13c9e155")
HEX = "01a1ff5eb574758db716de2c13c9e155"
MB, GB = 1024**2, 1024**3


def test_an_index_name_contains_the_store_and_the_generation():
    assert vector_index(STORE, 7) == f"hnsw_{HEX}_7"
    assert text_index(STORE) == f"gin_{HEX}"


@pytest.mark.parametrize(
    "target",
    [
        Target(IndexKind.VECTOR, STORE, 1),
        Target(IndexKind.VECTOR, STORE, 32767),
        Target(IndexKind.TEXT, STORE),
    ],
    ids=str,
)
def test_an_index_name_can_be_parsed(target):
    assert parse_name(target.name) == target
    assert not is_leftover(target.name)


def test_every_name_fits_with_the_suffixes_of_postgres():
    assert len(vector_index(STORE, 32767) + "_ccnew99") <= 63


@pytest.mark.parametrize("left", ["_ccnew", "_ccold", "_ccnew1", "_ccold12"])
def test_leftovers_of_a_rebuild_belong_to_no_store(left):
    for name in (vector_index(STORE, 1), text_index(STORE)):
        assert is_leftover(name + left)
        assert parse_name(name + left) is None


@pytest.mark.parametrize(
    "name",
    [
        "chunk_embedding_13_pkey",
        f"hnsw_{HEX}",
        f"gin_{HEX}_1",
        f"hnsw_{HEX.upper()}_1",
        f"hnsw_{HEX}_1_ccnewer",
        f"my_hnsw_{HEX}_1",
        "gin_documents",
    ],
)
def test_foreign_index_names_are_not_parsed(name):
    assert parse_name(name) is None
    assert not is_leftover(name)


@pytest.mark.parametrize(
    ("kind", "rows", "dimensions", "megabytes"),
    [
        (IndexKind.VECTOR, 1_000, 384, 64),
        (IndexKind.VECTOR, 100_000, 384, 243),
        (IndexKind.VECTOR, 100_000, 1536, 518),
        (IndexKind.VECTOR, 1_000_000, 384, 1024),
        (IndexKind.TEXT, 100_000, 384, 119),
        (IndexKind.TEXT, 100_000, 1536, 119),
    ],
)
def test_build_memory_follows_from_the_size_of_the_index(
    settings, kind, rows, dimensions, megabytes
):
    settings.INDEX_BUILD_MEMORY = GB

    assert round(build_memory(kind, rows=rows, dimensions=dimensions) / MB) == megabytes


def test_build_memory_is_limited_by_the_setting(settings):
    settings.INDEX_BUILD_MEMORY = 32 * MB

    assert build_memory(IndexKind.VECTOR, rows=10, dimensions=384) == 32 * MB
