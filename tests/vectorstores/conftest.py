from collections.abc import Callable, Iterator

import pytest

from tests.factories import VectorStoreFactory
from tests.vectorstores.indexes import catalog
from tests.vectorstores.indexes.stores import TEXTS, fill
from vectorstores.breakers import cooldown
from vectorstores.models import VectorStore


@pytest.fixture
def small_stores_are_indexed(transactional_db: None, settings) -> Iterator[None]:
    """Build indexes from VECTORS and TEXTS chunks on, and drop all of them afterwards."""
    settings.INDEX_FROM_CHUNKS = TEXTS
    yield
    catalog.drop_all()


@pytest.fixture
def large_store(small_stores_are_indexed: None) -> VectorStore:
    """Create a store that needs both indexes: four files with ten chunks each."""
    return fill(VectorStoreFactory(), files=4)


@pytest.fixture
def pass_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Return a function that moves the clock of cooldowns on by some seconds."""
    clock = [1000.0]
    monkeypatch.setattr(cooldown, "monotonic", lambda: clock[0])

    def pass_(seconds: float) -> None:
        clock[0] += seconds

    return pass_
