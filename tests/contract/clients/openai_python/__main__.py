"""Run as python -m tests.contract.clients.openai_python URL KEY MODEL FLAVOUR."""

import sys
from functools import partial
from typing import Any

import openai

from tests.contract.clients.checks import report
from tests.contract.clients.openai_python import (
    batches,
    embeddings,
    errors,
    files,
    requests,
    store_files,
    stores,
    uploads,
)
from tests.contract.clients.openai_python.given import Given

GROUPS = (files, uploads, stores, store_files, batches, embeddings, errors, requests)
ANY = errors.CHECKS.keys() | requests.CHECKS.keys()


def with_exact_types() -> None:
    """Forbid pydantic to read the text "5" as a number, which the library allows."""
    model_class: Any = openai.BaseModel
    strictly = partial(model_class.model_validate.__func__, strict=True)
    model_class.model_validate = classmethod(lambda model, value: strictly(model, value))


def as_corrected() -> None:
    """Correct the schema of 1.21.2, which was made in the week in which vector stores came.

    OpenAI corrected it later: `usage_bytes` was called `bytes`, and a last_error had other codes.
    """
    from openai.types.beta import VectorStore  # type: ignore[attr-defined]  # in 1.21.2
    from openai.types.beta.vector_stores import VectorStoreFile
    from openai.types.beta.vector_stores.vector_store_file import LastError

    VectorStore.model_fields["bytes"].default = None
    LastError.model_fields["code"].annotation = str
    for model in (VectorStore, LastError, VectorStoreFile):
        model.model_rebuild(force=True)


if __name__ == "__main__":
    given = Given(*sys.argv[1:])
    with_exact_types()
    if openai.__version__ == "1.21.2":
        as_corrected()
    checks = {name: check for group in GROUPS for name, check in group.CHECKS.items()}
    report({name: checks[name] for name in checks if name in ANY or given.has(name)}, given)
