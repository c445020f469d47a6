"""Names of indexes: what an index is for can be read from its name, and from nothing else.

Of vectors `hnsw_<the store's id in hex>_<generation>`, of text `gin_<the store's id in hex>`.
"""

import re
from typing import NamedTuple
from uuid import UUID

from vectorstores.models import IndexBuild, IndexKind, StoreIndex


class Target(NamedTuple):
    """What an index is, or would be, for. `generation` is 0 for text, which has none."""

    kind: IndexKind
    store_id: UUID
    generation: int = 0

    @classmethod
    def of(cls, row: IndexBuild | StoreIndex) -> "Target":
        return cls(IndexKind(row.kind), row.vector_store_id, row.generation)

    @property
    def name(self) -> str:
        if self.kind == IndexKind.VECTOR:
            return vector_index(self.store_id, self.generation)
        return text_index(self.store_id)


_NAME = re.compile(
    "(?:hnsw_(?P<vector>[0-9a-f]{32})_(?P<generation>[0-9]{1,5})|gin_(?P<text>[0-9a-f]{32}))"
    # Postgres' own names for what REINDEX CONCURRENTLY leaves when it is interrupted.
    "(?P<left>_cc(?:new|old)[0-9]*)?"
)


def vector_index(store_id: UUID, generation: int) -> str:
    return f"hnsw_{store_id.hex}_{generation}"


def text_index(store_id: UUID) -> str:
    return f"gin_{store_id.hex}"


def read_name(name: str) -> Target | None:
    """What the index of this name is for. None if it is none of ours, or left by a rebuild."""
    match = _NAME.fullmatch(name)
    return None if match is None or match["left"] else _target(match)


def is_left_over(name: str) -> bool:
    """Whether a rebuild that was interrupted has left this."""
    match = _NAME.fullmatch(name)
    return bool(match and match["left"])


def _target(match: re.Match[str]) -> Target:
    if match["text"]:
        return Target(IndexKind.TEXT, UUID(match["text"]))
    return Target(IndexKind.VECTOR, UUID(match["vector"]), int(match["generation"]))
