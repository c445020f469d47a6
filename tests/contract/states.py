"""Things in every state that an answer can show them in.

A case arranges a state in a world and gives the arguments of `World.ask` that ask about it.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.contract.world import World
from tests.factories import (
    FileBatchFactory,
    FileFactory,
    StoreFileFactory,
    UploadFactory,
    VectorStoreFactory,
)
from tests.vectorstores.published import searchable
from vectorstores.models import FileBatch

Arguments = dict[str, Any]
Case = Callable[[World], Arguments]
Cases = dict[str, Case]

DAY = timedelta(days=1)
TEXTS = ("Wombats dig long burrows.", "Puffins carry fish.")
ATTRIBUTES = {"text": "ä", "empty": "", "number": -2.5, "large": 10**30, "flag": False, "": "k"}


def as_it_is(world: World) -> Arguments:
    return {}


def asking(body: Arguments) -> Case:
    return lambda world: {"body": body}


def both(state: Case, question: Case) -> Case:
    return lambda world: {**state(world), **question(world)}


# --- files and uploads ------------------------------------------------------------------------


def file(**fields: Any) -> Case:
    return lambda world: {"file_id": FileFactory(project=world.project, **fields).public_id}


PURPOSES = ("assistants", "batch", "fine-tune", "vision", "user_data", "evals")
FILES: Cases = {
    **{purpose: file(purpose=purpose) for purpose in PURPOSES},
    "that will expire": file(expires_at=timezone.now() + DAY),
    "of no bytes": file(text=""),
}


def files(world: World) -> Arguments:
    for case in FILES.values():
        case(world)
    return {}


def upload(**fields: Any) -> Case:
    return lambda world: {"upload_id": UploadFactory(project=world.project, **fields).public_id}


# --- stores -----------------------------------------------------------------------------------


def store(**fields: Any) -> Case:
    def case(world: World) -> Arguments:
        world.store = VectorStoreFactory(project=world.project, **fields)
        return {}

    return case


def mixed_store(world: World) -> Arguments:
    """Create a store with a file of each status, with attributes and chunk sizes of their own."""
    for case in STORE_FILES.values():
        case(world)
    return {}


STORES: Cases = {
    "of files in progress": as_it_is,
    "of no files": store(),
    "of files in every state": mixed_store,
    "without a name": store(name="", description=None),
    "with a description": store(description="Notes of a summer."),
    "with metadata": store(metadata={"team": "zoo", "": ""}),
    "that will expire": store(expires_after_days=7, expires_at=timezone.now() + 7 * DAY),
    "that has expired": store(expires_after_days=1, expires_at=timezone.now() - DAY),
}


def stores(world: World) -> Arguments:
    for case in STORES.values():
        case(world)
    return {}


# --- files in stores --------------------------------------------------------------------------


def store_file(**fields: Any) -> Case:
    def case(world: World) -> Arguments:
        made = StoreFileFactory(vector_store=world.store, **fields)
        return {"file_id": made.file.public_id}

    return case


def completed(*texts: str, **fields: Any) -> Case:
    return lambda world: {"file_id": searchable(world.store, *texts, **fields).file.public_id}


STORE_FILES: Cases = {
    "in progress": as_it_is,
    "completed": completed(*TEXTS),
    "completed without text": completed(),
    "cancelled": store_file(status="cancelled"),
    **{
        f"failed, {code}": store_file(
            status="failed", last_error_code=code, last_error_message="Why."
        )
        for code in ("server_error", "unsupported_file", "invalid_file")
    },
    "with attributes": store_file(attributes=ATTRIBUTES),
    "with small chunks": store_file(max_chunk_size_tokens=100, chunk_overlap_tokens=0),
}


# --- batches ----------------------------------------------------------------------------------


def batch(*statuses: str) -> Case:
    def case(world: World) -> Arguments:
        made: FileBatch = FileBatchFactory(vector_store=world.store)
        for status in statuses:
            StoreFileFactory(vector_store=world.store, batch=made, status=status)
        return {"batch_id": made.public_id}

    return case


BATCHES: Cases = {
    "in progress": as_it_is,
    "completed": batch("completed", "completed"),
    "completed in part": batch("completed", "failed"),
    "failed": batch("failed", "failed"),
    "cancelled": batch("completed", "cancelled", "failed"),
    "emptied since": batch(),
}
