"""The models of the server, and what each inherits from the default one."""

import pytest
from pytest_django import Settings

from vectorstores.embeddings import (
    all_models,
    configured_model,
    default_model,
    find_model,
    model_of,
)
from vectorstores.embeddings.errors import EmbedderMisconfigured


@pytest.fixture
def remote(settings: Settings) -> Settings:
    settings.EMBEDDING_BACKEND = "openai"
    settings.EMBEDDING_MODEL = "text-embedding-3-small"
    settings.EMBEDDING_DIMENSIONS = 1536
    settings.EMBEDDING_BASE_URL = "https://api.openai.com/v1"
    settings.EMBEDDING_API_KEY = "sk-secret"
    settings.EMBEDDING_TIMEOUT = 7.0
    return settings


def test_without_others_there_is_the_default_one(settings: Settings):
    assert [model.name for model in all_models()] == ["hashing"]
    assert configured_model("hashing") == default_model() == model_of(None) == model_of("hashing")
    assert configured_model("another") is None


def test_the_default_one_is_first(settings: Settings):
    settings.EMBEDDING_MODELS = {"b": {"dimensions": 2}, "a": {"dimensions": 1}}

    assert [model.name for model in all_models()] == ["hashing", "b", "a"]


def test_another_model_of_the_same_service_says_its_dimensions_and_no_more(remote: Settings):
    remote.EMBEDDING_MODELS = {"text-embedding-3-large": {"dimensions": 3072}}

    large = configured_model("text-embedding-3-large")

    assert large is not None
    assert (large.backend, large.dimensions) == ("openai", 3072)
    assert (large.base_url, large.api_key) == ("https://api.openai.com/v1", "sk-secret")
    assert (large.timeout, large.batch_size, large.concurrency) == (7.0, 32, 4)
    assert large.is_remote


def test_a_key_is_not_shown_to_another_address(remote: Settings):
    remote.EMBEDDING_MODELS = {"bge-m3": {"dimensions": 1024, "base_url": "http://gpu:8000/v1"}}

    assert model_of("bge-m3").api_key == ""


def test_an_address_may_have_a_key_of_its_own(remote: Settings):
    given = {"dimensions": 1024, "base_url": "http://gpu:8000/v1", "api_key": "sk-gpu"}
    remote.EMBEDDING_MODELS = {"bge-m3": given}

    assert model_of("bge-m3").api_key == "sk-gpu"


def test_a_model_with_an_address_is_remote_beside_any_default(settings: Settings):
    given = {"dimensions": 1024, "base_url": "http://gpu:8000/v1"}
    settings.EMBEDDING_MODELS = {"bge-m3": given, "words": {"dimensions": 8}}

    assert [model.backend for model in all_models()] == ["hashing", "openai", "hashing"]


def test_every_local_model_has_a_directory_of_its_own(settings: Settings, tmp_path):
    settings.EMBEDDING_MODEL_DIR = tmp_path
    settings.EMBEDDING_MODELS = {"BAAI/bge-m3": {"dimensions": 1024, "backend": "local"}}

    assert model_of("BAAI/bge-m3").model_dir == settings.DATA_DIR / "models" / "BAAI" / "bge-m3"
    assert default_model().model_dir == tmp_path


def test_an_alias_is_the_default_model(settings: Settings):
    settings.EMBEDDING_MODEL_ALIASES = ["ada"]
    settings.EMBEDDING_MODELS = {"small": {"dimensions": 8}}

    assert find_model("ada") == find_model("hashing") == default_model()
    assert find_model("small") == configured_model("small")
    assert find_model("another") is None


def test_a_model_that_is_not_configured_is_named(settings: Settings):
    with pytest.raises(EmbedderMisconfigured, match=r"embed with ada: describe it in EMBEDDING_M"):
        model_of("ada")


def test_no_key_is_ever_written_down(remote: Settings):
    assert "sk-secret" not in repr(default_model())
