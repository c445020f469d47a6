from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from uuid import uuid4

from pytest_django import Settings

from benchmarks.stub_embedder import StubEmbedder
from vectorstores import embeddings
from vectorstores.embeddings.openai import OpenAIEmbedder


def close_embedders() -> None:
    """Close and forget all embedders, because the next service may be given the same port."""
    for embedder in embeddings._build.cache.values():
        if isinstance(embedder, OpenAIEmbedder):
            embedder.close()
    embeddings._build.cache_clear()


@contextmanager
def remote_embedder(settings: Settings, model: str | None = None) -> Iterator[StubEmbedder]:
    """Start an embedding service and set this process to ask it.

    It serves the default model, or another of this name, and may be given faults.
    """
    with StubEmbedder(dimensions=8) as stub:
        Thread(target=stub.serve_forever, kwargs={"poll_interval": 0.01}).start()
        url = f"{stub.url}/{uuid4().hex}"  # another test's service may have had the same port
        if model:
            described = {"dimensions": 8, "base_url": url}
            settings.EMBEDDING_MODELS = {**settings.EMBEDDING_MODELS, model: described}
        else:
            settings.EMBEDDING_BACKEND = "openai"
            settings.EMBEDDING_BASE_URL = url
            settings.EMBEDDING_DIMENSIONS = 8
        yield stub
        stub.fault = None
        close_embedders()
        stub.shutdown()
