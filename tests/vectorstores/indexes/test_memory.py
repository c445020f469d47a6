import pytest

from vectorstores.indexes.memory import build_memory
from vectorstores.models import IndexKind

MB, GB = 1024**2, 1024**3


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
def test_memory_follows_from_what_the_index_will_hold(settings, kind, rows, dimensions, megabytes):
    settings.INDEX_BUILD_MEMORY = GB

    assert round(build_memory(kind, rows=rows, dimensions=dimensions) / MB) == megabytes


def test_the_setting_is_the_most(settings):
    settings.INDEX_BUILD_MEMORY = 32 * MB

    assert build_memory(IndexKind.VECTOR, rows=10, dimensions=384) == 32 * MB
