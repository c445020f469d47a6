import pytest

from vectorstores.indexes.thresholds import index_min_rows, text_index_min_rows


@pytest.mark.parametrize(
    ("dimensions", "chunks"), [(384, 20_000), (768, 10_000), (1536, 5_000), (256, 30_000)]
)
def test_longer_vectors_are_indexed_from_fewer_on(settings, dimensions, chunks):
    settings.INDEX_FROM_CHUNKS = 20_000

    assert index_min_rows(dimensions) == chunks


def test_terms_are_as_many_whatever_model_embeds(settings):
    settings.INDEX_FROM_CHUNKS = 20_000

    assert text_index_min_rows() == 20_000


def test_there_is_always_a_threshold(settings):
    settings.INDEX_FROM_CHUNKS = 1

    assert index_min_rows(4000) == 1
