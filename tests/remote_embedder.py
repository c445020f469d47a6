from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from pytest_django import Settings

from benchmarks.stub_embedder import StubEmbedder
from vectorstores.embeddings import get_embedder


@contextmanager
def remote_embedder(settings: Settings) -> Iterator[StubEmbedder]:
    """A service that embeds, which this process is set to ask. It may be given faults."""
    with StubEmbedder(dimensions=8) as stub:
        Thread(target=stub.serve_forever, kwargs={"poll_interval": 0.01}).start()
        settings.EMBEDDING_BACKEND = "openai"
        settings.EMBEDDING_BASE_URL = stub.url
        settings.EMBEDDING_DIMENSIONS = 8
        yield stub
        stub.fault = None
        get_embedder().close()
        stub.shutdown()
