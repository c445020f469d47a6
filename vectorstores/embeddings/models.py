"""The models this server embeds with: the default one, and others that a store may ask for."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.conf import settings

from vectorstores.embeddings.errors import EmbedderMisconfigured


@dataclass(frozen=True)
class EmbeddingModel:
    """A model by the name stores record, and where it runs."""

    name: str
    dimensions: int
    backend: str
    base_url: str
    api_key: str = field(repr=False)
    timeout: float  # seconds
    batch_size: int
    concurrency: int
    model_dir: Path

    @property
    def is_remote(self) -> bool:
        """Return whether calls wait for another machine, so that several at once are faster."""
        return self.backend == "openai"


def default_model() -> EmbeddingModel:
    """Return the model of stores whose owner names none."""
    return EmbeddingModel(
        name=settings.EMBEDDING_MODEL,
        dimensions=settings.EMBEDDING_DIMENSIONS,
        backend=settings.EMBEDDING_BACKEND,
        base_url=settings.EMBEDDING_BASE_URL,
        api_key=settings.EMBEDDING_API_KEY,
        timeout=settings.EMBEDDING_TIMEOUT,
        batch_size=settings.EMBEDDING_BATCH_SIZE,
        concurrency=settings.EMBEDDING_CONCURRENCY,
        model_dir=settings.EMBEDDING_MODEL_DIR,
    )


def configured_model(name: str) -> EmbeddingModel | None:
    """Return the model of that name, or None if this server does not embed with it."""
    default = default_model()
    if name == default.name:
        return default
    given = settings.EMBEDDING_MODELS.get(name)
    return None if given is None else _beside(default, name, given)


def find_model(name: str) -> EmbeddingModel | None:
    """Return the model that a client means: by its name, or the default one by an alias."""
    if name in settings.EMBEDDING_MODEL_ALIASES:
        return default_model()
    return configured_model(name)


def all_models() -> list[EmbeddingModel]:
    """Return all models, the default one first."""
    default = default_model()
    others = (item for item in settings.EMBEDDING_MODELS.items() if item[0] != default.name)
    return [default, *(_beside(default, name, given) for name, given in others)]


def model_of(name: str | None) -> EmbeddingModel:
    """Return the model of that name, None for the default one. Raises EmbedderMisconfigured."""
    model = default_model() if name is None else configured_model(name)
    if model is None:
        raise EmbedderMisconfigured(
            f"The server is not set to embed with {name}: describe it in EMBEDDING_MODELS."
        )
    return model


def _beside(default: EmbeddingModel, name: str, given: Mapping[str, Any]) -> EmbeddingModel:
    """Return the default model with the `given` fields, and without those that fit it alone."""
    changes: dict[str, Any] = {
        "name": name,
        "model_dir": settings.DATA_DIR / "models" / name,
    }
    if "base_url" in given:  # a key is for one address, and must not be shown to another
        changes.update(backend="openai", api_key="")
    return replace(default, **{**changes, **given})
