"""The requests of each operation, and the states in which they are sent."""

from tests.contract.states import (
    ATTRIBUTES,
    BATCHES,
    DAY,
    FILES,
    PURPOSES,
    STORE_FILES,
    STORES,
    TEXTS,
    Arguments,
    Case,
    Cases,
    as_it_is,
    asking,
    batch,
    both,
    completed,
    files,
    mixed_store,
    store,
    stores,
    upload,
)
from tests.contract.world import World

STATIC = {"type": "static", "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 50}}
POLICY = {"anchor": "last_active_at", "days": 7}
EXPIRY = {"anchor": "created_at", "seconds": 3600}
NO_PARTS = asking({"part_ids": []})


def form(**fields: object) -> Case:
    return asking({"file": "@notes.jsonl", "purpose": "assistants", **fields})


def expecting(**fields: object) -> Case:
    body = {"filename": "a.txt", "purpose": "assistants", "bytes": 1, "mime_type": "text/plain"}
    return asking({**body, **fields})


def parts(world: World) -> Arguments:
    return {"body": {"part_ids": world.part_ids}}


def embedding(value: object, **fields: object) -> Case:
    return lambda world: {"body": {"model": world.known["model"][0], "input": value, **fields}}


def attaching(**fields: object) -> Case:
    return lambda world: {"body": {"file_id": world.file_ids[0], **fields}}


def pages(states: Case, empty: Case) -> Cases:
    return {
        "whole": states,
        "the first of several": both(states, asking({"limit": 1})),
        "the oldest first": both(states, asking({"order": "asc"})),
        "empty": empty,
    }


def finding(**fields: object) -> Case:
    return both(completed(*TEXTS, attributes=ATTRIBUTES), asking({"query": "wombats", **fields}))


CASES: dict[str, Cases] = {
    # --- files and uploads
    "listFiles": pages(files, asking({"purpose": "nothing"})),
    "createFile": {
        **{purpose: form(purpose=purpose) for purpose in PURPOSES},
        "that will expire": form(expires_after=EXPIRY),
    },
    "retrieveFile": FILES,
    "deleteFile": FILES,
    "downloadFile": FILES,
    "createUpload": {
        **{purpose: expecting(purpose=purpose, filename="a.jsonl") for purpose in PURPOSES},
        "of a file that will expire": expecting(expires_after=EXPIRY),
    },
    "addUploadPart": {"pending": asking({"data": "@part"})},
    "completeUpload": {
        "plain": parts,
        "checked": lambda world: {"body": {**parts(world)["body"], "md5": world.known["md5"][0]}},
        "of a file that will expire": both(upload(bytes=0, expires_after=DAY), NO_PARTS),
        "of no bytes": both(upload(bytes=0), NO_PARTS),
    },
    "cancelUpload": {"pending": as_it_is},
    # --- embeddings
    "createEmbedding": {
        "a text": embedding("wombats"),
        "texts": embedding(["wombats", "puffins"]),
        "tokens": embedding([1, 2, 3]),
        "lists of tokens": embedding([[1, 2], [3]]),
        "as numbers": embedding("wombats", encoding_format="float"),
        "as base64": embedding("wombats", encoding_format="base64", user="somebody"),
    },
    # --- stores
    "listVectorStores": pages(
        stores, lambda world: {"body": {"after": world.store.public_id, "order": "desc"}}
    ),
    "createVectorStore": {
        "of nothing": asking({}),
        "of files": lambda world: {"body": {"file_ids": world.file_ids}},
        "with everything": lambda world: {
            "body": {
                "name": "Birds",
                "description": "Of the sea.",
                "metadata": {"team": "zoo"},
                "expires_after": POLICY,
                "file_ids": world.file_ids,
                "chunking_strategy": STATIC,
            }
        },
    },
    "getVectorStore": STORES,
    "modifyVectorStore": {
        "to nothing": asking({"name": None, "metadata": None, "expires_after": None}),
        "to everything": asking({"name": "N", "metadata": {"k": "v"}, "expires_after": POLICY}),
        "not at all": asking({}),
    },
    "deleteVectorStore": STORES,
    "searchVectorStore": {
        "nothing is there": asking({"query": "wombats"}),
        "something is found": finding(),
        "for several questions": finding(query=["wombats", "fish"], rewrite_query=True),
        "through a filter": finding(filters={"type": "eq", "key": "flag", "value": False}),
        "above a threshold": finding(ranking_options={"ranker": "auto", "score_threshold": 0.01}),
    },
    # --- files in stores
    "listVectorStoreFiles": pages(mixed_store, store()),
    "createVectorStoreFile": {
        "plain": attaching(),
        "with everything": attaching(attributes=ATTRIBUTES, chunking_strategy=STATIC),
        "automatically": attaching(attributes=None, chunking_strategy={"type": "auto"}),
    },
    "getVectorStoreFile": STORE_FILES,
    "updateVectorStoreFileAttributes": {
        "to some": asking({"attributes": ATTRIBUTES}),
        "to none": asking({"attributes": {}}),
        "to null": asking({"attributes": None}),
    },
    "deleteVectorStoreFile": STORE_FILES,
    "retrieveVectorStoreFileContent": STORE_FILES,
    # --- batches
    "createVectorStoreFileBatch": {
        "of ids": lambda world: {"body": {"file_ids": world.file_ids, "attributes": ATTRIBUTES}},
        "of files": lambda world: {"body": {"files": [attaching()(world)["body"]]}},
    },
    "getVectorStoreFileBatch": BATCHES,
    "cancelVectorStoreFileBatch": BATCHES,
    "listFilesInVectorStoreBatch": pages(batch("completed", "failed", "cancelled"), batch()),
}
