import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from pytest_django import Settings

from vectorstores import embeddings
from vectorstores.embeddings import get_embedder, granite, in_process
from vectorstores.embeddings.errors import EmbedderMisconfigured, PackageMissing
from vectorstores.embeddings.in_process import HashingEmbedder


@pytest.fixture
def local(settings: Settings, granite_directory: Path) -> Settings:
    settings.EMBEDDING_BACKEND = "local"
    settings.EMBEDDING_MODEL = granite.MODEL
    settings.EMBEDDING_DIMENSIONS = 384
    settings.EMBEDDING_MODEL_DIR = granite_directory
    return settings


def test_hashing_is_built_from_the_settings(settings: Settings):
    settings.EMBEDDING_BACKEND = "hashing"
    settings.EMBEDDING_MODEL = "words"
    settings.EMBEDDING_DIMENSIONS = 32

    embedder = get_embedder()

    assert (embedder.model, embedder.dimensions) == ("words", 32)
    assert embedder.embed(["one"]).shape == (1, 32)


def test_openai_is_built_from_the_settings_without_a_request(settings: Settings):
    settings.EMBEDDING_BACKEND = "openai"
    settings.EMBEDDING_BASE_URL = "http://127.0.0.1:9/v1"
    settings.EMBEDDING_API_KEY = "sk-test"
    settings.EMBEDDING_MODEL = "text-embedding-3-small"
    settings.EMBEDDING_DIMENSIONS = 1536
    settings.EMBEDDING_TIMEOUT = 1.0

    embedder: Any = get_embedder()

    assert (embedder.model, embedder.dimensions) == ("text-embedding-3-small", 1536)
    assert "sk-test" not in repr(embedder)
    embedder.close()


def test_local_builds_the_default_model_where_there_is_none(local: Settings, tmp_path: Path):
    local.EMBEDDING_MODEL_DIR = tmp_path / "granite"

    embedder = get_embedder()

    assert embedder.model == granite.MODEL
    assert embedder.embed(["bread"]).shape == (1, 384)


def test_one_embedder_serves_every_thread_of_a_process(local: Settings):
    with ThreadPoolExecutor(4) as threads:
        embedders = set(threads.map(lambda _: get_embedder(), range(8)))

    assert len(embedders) == 1


def test_another_models_directory_is_never_filled_with_the_default_one(
    local: Settings, tmp_path: Path
):
    local.EMBEDDING_MODEL = "my-own-model"
    local.EMBEDDING_MODEL_DIR = tmp_path / "empty"

    with pytest.raises(EmbedderMisconfigured, match=r"EMBEDDING_MODEL_DIR, or .* must hold"):
        get_embedder()

    assert not (tmp_path / "empty").exists()


@pytest.mark.parametrize("package", ["onnxruntime", "tokenizers"])
def test_a_missing_package_is_named_with_the_ways_out(
    local: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str
):
    local.EMBEDDING_MODEL_DIR = tmp_path / "granite"
    (tmp_path / "granite").mkdir()
    (tmp_path / "granite" / "model.onnx").touch()
    monkeypatch.delitem(sys.modules, "vectorstores.embeddings.local", raising=False)
    monkeypatch.setitem(sys.modules, package, None)  # as if it were not installed

    with pytest.raises(
        PackageMissing,
        match=rf"the package {package} is not installed: install vectorstores\[local\], or set",
    ):
        get_embedder()


def test_an_unknown_backend_is_named_with_the_known_ones(settings: Settings):
    settings.EMBEDDING_BACKEND = "word2vec"

    with pytest.raises(EmbedderMisconfigured, match="'word2vec'; it must be local, openai or"):
        get_embedder()


def test_another_models_name_does_not_stand_over_our_model(local: Settings):
    local.EMBEDDING_MODEL = "bge-small-en"

    with pytest.raises(EmbedderMisconfigured, match="set EMBEDDING_MODEL_DIR"):
        get_embedder()


# --- several models at once -------------------------------------------------------------------


def test_each_model_has_an_embedder_of_its_own_that_is_kept(settings: Settings):
    settings.EMBEDDING_MODELS = {
        "small": {"dimensions": 8},
        "large": {"dimensions": 64},
    }

    default, small, large = (get_embedder(name) for name in (None, "small", "large"))

    assert [each.model for each in (default, small, large)] == ["hashing", "small", "large"]
    assert [each.dimensions for each in (default, small, large)] == [256, 8, 64]
    assert get_embedder() is default
    assert get_embedder("hashing") is default
    assert get_embedder("small") is small
    assert get_embedder("large") is large


def test_an_embedder_whose_settings_change_is_built_anew(settings: Settings):
    settings.EMBEDDING_MODELS = {"small": {"dimensions": 8}}
    before = get_embedder("small")

    settings.EMBEDDING_MODELS = {"small": {"dimensions": 16}}

    assert get_embedder("small") is not before
    assert get_embedder("small").dimensions == 16


def test_an_evicted_embedder_closes_its_client_when_its_last_user_is_done(settings: Settings):
    settings.EMBEDDING_BACKEND = "openai"
    settings.EMBEDDING_BASE_URL = "http://127.0.0.1:9/v1"
    names = [f"model {number}" for number in range(embeddings.KEPT)]
    settings.EMBEDDING_MODELS = {
        name: {"dimensions": 8, "backend": "hashing", "base_url": ""} for name in names
    }
    embedder: Any = get_embedder()
    client = embedder._service._client

    for name in names:
        get_embedder(name)

    assert not client.is_closed
    del embedder
    assert client.is_closed


def test_the_models_used_last_are_kept(settings: Settings):
    names = [f"model {number}" for number in range(embeddings.KEPT + 1)]
    settings.EMBEDDING_MODELS = {name: {"dimensions": 8} for name in names}
    embedders = [get_embedder(name) for name in names]

    again = [get_embedder(name) for name in reversed(names)]

    same = [one is other for one, other in zip(reversed(embedders), again, strict=True)]
    assert same == [True] * embeddings.KEPT + [False]


def test_a_model_that_is_not_configured_is_refused(settings: Settings):
    with pytest.raises(EmbedderMisconfigured) as error:
        get_embedder("text-embedding-9")

    assert str(error.value) == (
        "The server is not set to embed with text-embedding-9: describe it in EMBEDDING_MODELS."
    )


def test_a_local_model_stands_beside_a_remote_one(settings: Settings, granite_directory: Path):
    settings.EMBEDDING_BACKEND = "openai"
    settings.EMBEDDING_MODELS = {
        granite.MODEL: {"dimensions": 384, "backend": "local", "model_dir": granite_directory}
    }

    local = get_embedder(granite.MODEL)
    remote: Any = get_embedder()

    assert (local.is_remote, remote.is_remote) == (False, True)
    assert local.embed(["bread"]).shape == (1, 384)
    remote.close()


def test_loading_one_model_does_not_block_another(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    settings.EMBEDDING_MODELS = {"slow": {"dimensions": 8}, "quick": {"dimensions": 8}}
    loading, loaded = Event(), Event()

    class Slow(HashingEmbedder):
        def __init__(self, *, model: str, dimensions: int) -> None:
            if model == "slow":
                loading.set()
                assert loaded.wait(10)
            super().__init__(model=model, dimensions=dimensions)

    monkeypatch.setattr(in_process, "HashingEmbedder", Slow)
    with ThreadPoolExecutor(1) as threads:
        slow = threads.submit(get_embedder, "slow")
        assert loading.wait(10)

        assert get_embedder("quick").model == "quick"

        assert not slow.done()
        loaded.set()
        assert slow.result().model == "slow"


def test_a_build_that_failed_is_tried_again(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    settings.EMBEDDING_MODELS = {"twice": {"dimensions": 8}}

    def fail(*, model: str, dimensions: int) -> HashingEmbedder:
        raise EmbedderMisconfigured("The disk is away.")

    monkeypatch.setattr(in_process, "HashingEmbedder", fail)
    with pytest.raises(EmbedderMisconfigured, match="The disk is away"):
        get_embedder("twice")
    monkeypatch.setattr(in_process, "HashingEmbedder", HashingEmbedder)

    assert get_embedder("twice").model == "twice"
