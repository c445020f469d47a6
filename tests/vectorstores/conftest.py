from collections.abc import Iterator

import pytest

from tests.factories import VectorStoreFactory
from tests.vectorstores.indexes import catalog
from tests.vectorstores.indexes.stores import TEXTS, fill
from vectorstores.models import VectorStore


@pytest.fixture
def small_stores_are_indexed(transactional_db: None, settings) -> Iterator[None]:
    """From VECTORS and TEXTS chunks on. No index is left for the tests after."""
    settings.INDEX_FROM_CHUNKS = TEXTS
    yield
    catalog.drop_all()


@pytest.fixture
def large_store(small_stores_are_indexed: None) -> VectorStore:
    """A store that is to have both indexes: of four files with ten chunks each."""
    return fill(VectorStoreFactory(), files=4)
