"""Stores that cannot be used."""

from vectorstores.errors.base import BadRequest


class StoreExpired(BadRequest):
    def __init__(self, store_id: str) -> None:
        super().__init__(f"Vector store '{store_id}' has expired")


class ModelMismatch(BadRequest):
    code = "embedding_model_mismatch"

    def __init__(self, *, store: str, server: str) -> None:
        super().__init__(
            f"This vector store was embedded with {store}, but the server now embeds with "
            f"{server}, and vectors of two models cannot be compared. Attach the files to a new "
            "store, or ask the operator for the old model."
        )
