from collections.abc import Callable, Sequence

import numpy as np
import pytest
from pytest_django import Settings

from ingestion import embedding, worker
from vectorstores.embeddings import get_embedder

Event = Callable[[], object]


@pytest.fixture(autouse=True)
def models(settings: Settings) -> Settings:
    """Add two models to the default one, of other sizes."""
    settings.EMBEDDING_MODELS = {"other": {"dimensions": 64}, "large": {"dimensions": 512}}
    return settings


@pytest.fixture(autouse=True)
def one_change_in_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "WORKER_TURN", 0.0)


@pytest.fixture
def while_embedding(monkeypatch: pytest.MonkeyPatch) -> Callable[[Event], None]:
    """Run something once, or raise it, while the embedder is embedding."""

    def use(event: Event) -> None:
        events = [event]

        class Interrupted:
            is_remote, batch_size = False, 256

            def __init__(self, model: str) -> None:
                self.model = model

            def embed(self, texts: Sequence[str]) -> np.ndarray:
                if events:
                    events.pop()()
                return get_embedder(self.model).embed(texts)

        monkeypatch.setattr(embedding, "get_embedder", Interrupted)

    return use
