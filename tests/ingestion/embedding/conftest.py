from collections.abc import Iterator

import pytest
from pytest_django import Settings

from benchmarks.stub_embedder import StubEmbedder
from ingestion import embedding
from ingestion.embedding import pacing, stream
from tests.remote_embedder import remote_embedder
from vectorstores.breakers import shared


@pytest.fixture
def stub(
    valkey: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[StubEmbedder]:
    """Run a remote embedder for a fresh process that retries quickly."""
    monkeypatch.setattr(embedding, "limits", {})
    monkeypatch.setattr(shared, "scripts", shared.Scripts())
    monkeypatch.setattr(shared, "FRESH", 0.0)
    monkeypatch.setattr(shared, "SPAN", 0.2)
    monkeypatch.setattr(shared, "FIRST_COOLDOWN", 0.2)
    monkeypatch.setattr(pacing, "PATIENCE", 3.0)
    monkeypatch.setattr(pacing, "FIRST_WAIT", 0.05)
    monkeypatch.setattr(stream, "ASK_AGAIN", 0.05)
    monkeypatch.setattr(stream, "CHECK_EVERY", 0.05)
    with remote_embedder(settings) as stub:
        yield stub
