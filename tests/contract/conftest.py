from collections.abc import Iterator

import httpx
import pytest
from openai import DefaultHttpxClient, OpenAI
from openai.types import VectorStore

from tests.contract import official
from tests.live import Service, service


@pytest.fixture(scope="session")
def live() -> Iterator[Service]:
    aliases = "text-embedding-ada-002, words"
    with service(EMBEDDING_BACKEND="hashing", EMBEDDING_MODEL_ALIASES=aliases) as running:
        yield running


@pytest.fixture
def client(live: Service) -> Iterator[OpenAI]:
    """Takes no answer that is not what it has types for, or not what OpenAI publishes."""
    with DefaultHttpxClient(event_hooks={"response": [as_published]}, timeout=30) as http:
        yield OpenAI(
            base_url=live.url,
            api_key=live.api_key,
            http_client=http,
            _strict_response_validation=True,
        )


def as_published(response: httpx.Response) -> None:
    content = response.read()
    official.check(response.request.method, response.url.path, response.status_code, content)


@pytest.fixture
def store(client: OpenAI) -> Iterator[VectorStore]:
    made = client.vector_stores.create(name="Field notes")
    yield made
    client.vector_stores.delete(made.id)
