from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest

from ingestion import claims, embedding, shutdown
from vectorstores.embeddings import get_embedder

Embed = Callable[[Sequence[str]], np.ndarray]


class Embedder:
    """The usual one of this process, but for what a test does in its place."""

    is_remote, batch_size = False, 2

    def __init__(self, model: str, embed: Embed) -> None:
        self.model, self.embed = model, embed


@pytest.fixture
def embedding_is(monkeypatch: pytest.MonkeyPatch) -> Callable[[Embed], None]:
    """Replace the embedder by a function of a batch of at most two texts."""

    def use(embed: Embed) -> None:
        monkeypatch.setattr(embedding, "get_embedder", lambda model: Embedder(model, embed))

    return use


@pytest.fixture
def embedder_fails(embedding_is: Callable[[Embed], None]) -> Callable[[BaseException], None]:
    """Make embedding raise an error, of the embedder or of the worker's own code."""

    def use(error: BaseException) -> None:
        def embed(texts: Sequence[str]) -> np.ndarray:
            raise error

        embedding_is(embed)

    return use


@pytest.fixture
def embedded(embedding_is: Callable[[Embed], None]) -> list[str]:
    """Collect the texts that are embedded, in order."""
    texts: list[str] = []
    embed = get_embedder().embed

    def remember(batch: Sequence[str]) -> np.ndarray:
        texts.extend(batch)
        return embed(batch)

    embedding_is(remember)
    return texts


@pytest.fixture
def unheeded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep claims from being renewed, because another connection sees no test's transaction."""
    monkeypatch.setattr(claims, "_TICK", 60.0)


@pytest.fixture
def asked_to_stop() -> Iterator[Callable[[float], None]]:
    """Return a function that sets when this process was asked to stop."""
    yield shutdown.announce
    shutdown.announce(0)
