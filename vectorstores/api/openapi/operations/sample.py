"""Ids and objects of the examples: one story throughout."""

from typing import Any

from vectorstores import errors

FILE = "file-06fkGGbDBwVuT1yyHQf0Ug"
OTHER_FILE = "file-06fkGGdH4q0jVwzvSvNUMY"
STORE = "vs_0195a3c8e1f27b4d9c6e2f8a1b3d5c70"
BATCH = "vsfb_0195a3c9021a7f0e8d3b6c5a49e8f712"
UPLOAD = "upload_0195a3c7b4d07e1f8a2c3d4e5f607182"
PART = "part_0195a3c7c0a17b2c9d3e4f5061728394"
OTHER_PART = "part_0195a3c7c9f27c3dae4f506172839405"
CREATED, ACTIVE = 1741953729, 1741957329

STATIC = {"type": "static", "static": {"max_chunk_size_tokens": 400, "chunk_overlap_tokens": 100}}
ATTRIBUTES = {"product": "Heron", "year": 2026, "public": True}

CLOSED = (
    errors.StoreExpired(STORE),
    errors.ModelMismatch("bge-small-en-v1.5", 384, here=None),
)
"""Why a store takes nothing and is not searched."""


def counts(**given: int) -> dict[str, int]:
    names = ("in_progress", "completed", "failed", "cancelled")
    counted = {name: given.get(name, 0) for name in names}
    return {**counted, "total": sum(counted.values())}


def page_of(*items: dict[str, Any]) -> dict[str, Any]:
    return {
        "object": "list",
        "data": list(items),
        "first_id": items[0]["id"],
        "last_id": items[-1]["id"],
        "has_more": False,
    }


def gone(public_id: str, kind: str) -> dict[str, Any]:
    return {"id": public_id, "object": kind, "deleted": True}


A_FILE: dict[str, Any] = {
    "id": FILE,
    "object": "file",
    "bytes": 48213,
    "created_at": CREATED,
    "filename": "heron-manual.pdf",
    "purpose": "assistants",
    "status": "processed",
}
A_STORE: dict[str, Any] = {
    "id": STORE,
    "object": "vector_store",
    "created_at": CREATED,
    "name": "Manuals",
    "description": None,
    "usage_bytes": 61440,
    "file_counts": counts(completed=1),
    "status": "completed",
    "expires_after": {"anchor": "last_active_at", "days": 7},
    "expires_at": ACTIVE + 7 * 86400,
    "last_active_at": ACTIVE,
    "metadata": {"team": "support"},
    "embedding_model": "granite-embedding-30m-english",
}
A_STORE_FILE: dict[str, Any] = {
    "id": FILE,
    "object": "vector_store.file",
    "usage_bytes": 61440,
    "created_at": CREATED,
    "vector_store_id": STORE,
    "status": "completed",
    "last_error": None,
    "chunking_strategy": STATIC,
    "attributes": ATTRIBUTES,
    "filename": "heron-manual.pdf",
    "progress": {"stage": "completed", "chunks_done": 40, "chunks_total": 40},
}
A_NEW_STORE_FILE = {
    **A_STORE_FILE,
    "usage_bytes": 0,
    "status": "in_progress",
    "progress": {"stage": "waiting", "chunks_done": 0, "chunks_total": None},
}
A_BATCH: dict[str, Any] = {
    "id": BATCH,
    "object": "vector_store.files_batch",
    "created_at": CREATED,
    "vector_store_id": STORE,
    "status": "in_progress",
    "file_counts": counts(in_progress=1, completed=1),
    "progress": {
        "files_done": 1,
        "files_total": 2,
        "files_per_second": 0.5,
        "estimated_completion_at": CREATED + 4,
    },
}
