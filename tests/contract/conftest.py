from collections.abc import Iterator
from typing import Any

import pytest
from httpx2 import Response
from openai import DefaultHttpxClient, OpenAI
from openai.types import VectorStore

from tests.contract import official
from tests.live import Service, StartService


@pytest.fixture(autouse=True)
def contract() -> None:
    """Mark every test of this folder, since all of them compare us with what others publish."""


@pytest.fixture(scope="session")
def live(whole_service: StartService) -> Iterator[Service]:
    aliases = "text-embedding-ada-002, words"
    models = '{"small words": {"dimensions": 64}}'
    with whole_service(
        EMBEDDING_BACKEND="hashing", EMBEDDING_MODEL_ALIASES=aliases, EMBEDDING_MODELS=models
    ) as running:
        yield running


@pytest.fixture
def client(live: Service) -> Iterator[OpenAI]:
    """Yield a client that refuses answers beyond its types or OpenAI's published schema."""
    with DefaultHttpxClient(event_hooks={"response": [as_published]}, timeout=30) as http:
        options: dict[str, Any] = {
            "base_url": live.url,
            "api_key": live.api_key,
            "http_client": http,
        }
        client: Any = OpenAI(**options, _strict_response_validation=True)
        # Strictly taken it would refuse the base64 that it asks for itself.
        client.embeddings = OpenAI(**options).embeddings
        yield client


def as_published(response: Response) -> None:
    content = response.read()
    official.check(response.request.method, response.url.path, response.status_code, content)


@pytest.fixture
def store(client: OpenAI) -> Iterator[VectorStore]:
    made = client.vector_stores.create(name="Field notes")
    yield made
    client.vector_stores.delete(made.id)
