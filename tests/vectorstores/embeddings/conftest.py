from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.vectorstores.embeddings.server import EmbeddingServer
from tests.vectorstores.http.server import serving
from vectorstores.embeddings import granite
from vectorstores.embeddings.local import LocalEmbedder
from vectorstores.embeddings.openai import OpenAIEmbedder

KEY = "sk-test-0123456789abcdef"


@pytest.fixture
def server() -> Iterator[EmbeddingServer]:
    with serving(EmbeddingServer()) as server:
        yield server


@pytest.fixture
def connect(server: EmbeddingServer) -> Iterator[Callable[..., OpenAIEmbedder]]:
    """Return a function that makes clients of `server`, by default with four dimensions."""
    made: list[OpenAIEmbedder] = []

    def connect(base_url: str = server.base_url, key: str = KEY, **how: Any) -> OpenAIEmbedder:
        options: dict[str, Any] = {"model": "a-model", "dimensions": 4, "timeout": 5.0, **how}
        made.append(OpenAIEmbedder(base_url, key, **options))
        return made[-1]

    yield connect
    for embedder in made:
        embedder.close()


@pytest.fixture(scope="session")
def granite_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("models") / granite.MODEL
    granite.build(directory)
    return directory


@pytest.fixture(scope="session")
def granite_embedder(granite_directory: Path) -> LocalEmbedder:
    return LocalEmbedder(granite_directory, model=granite.MODEL, dimensions=384)
