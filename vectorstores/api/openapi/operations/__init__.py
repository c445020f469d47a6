"""What is said of every operation, by the tag it stands under. A new one needs its line here."""

from typing import Any

from vectorstores.api.openapi.operations import (
    batches,
    embeddings,
    files,
    search,
    store_files,
    stores,
    uploads,
)
from vectorstores.api.openapi.operations.operation import BYTES, FORM, JSON, Operation

__all__ = ["BYTES", "BY_TAG", "FORM", "JSON", "Operation", "operation_of"]

BY_TAG: dict[str, dict[tuple[type[Any], str], Operation]] = {
    "Files": files.OPERATIONS,
    "Uploads": uploads.OPERATIONS,
    "Vector stores": {**stores.OPERATIONS, **search.OPERATIONS},
    "Vector store files": store_files.OPERATIONS,
    "Vector store file batches": batches.OPERATIONS,
    "Embeddings": embeddings.OPERATIONS,
}


TAGS = {key: tag for tag, table in BY_TAG.items() for key in table}
OPERATIONS = {key: operation for table in BY_TAG.values() for key, operation in table.items()}


def operation_of(view: Any) -> tuple[str, Operation]:
    """The tag and the operation of a view that has its action set. KeyError: it has no line."""
    key = type(view), view.action
    return TAGS[key], OPERATIONS[key]
