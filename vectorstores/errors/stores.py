"""Stores that cannot be used."""

from vectorstores.errors.base import BadRequest


class StoreExpired(BadRequest):
    def __init__(self, store_id: str) -> None:
        super().__init__(f"Vector store '{store_id}' has expired")


class ModelMismatch(BadRequest):
    code = "embedding_model_mismatch"

    def __init__(self, model: str, dimensions: int, *, here: int | None) -> None:
        """`here` is the model's dimensions on this server, None if it does not embed with it."""
        now = f"embeds with that model in {here}" if here else "does not embed with that model"
        super().__init__(
            f"This vector store was embedded with {model} in {dimensions} dimensions, but the "
            f"server {now}, and vectors of two models cannot be compared. Attach the files to a "
            "new store, or ask the operator to add the model to EMBEDDING_MODELS, or to embed "
            "this store again with another."
        )
