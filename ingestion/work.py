"""A file in a worker's hands, and what has become of it so far."""

from collections.abc import Sequence
from threading import Lock
from typing import Any
from uuid import UUID

from ingestion.spool import ChunkSpool, VectorSpool
from vectorstores.models import Stage, VectorStoreFile
from vectorstores.models.chunks import Content, stored_bytes


class Work:
    """A claimed file. It is `open` until it has been brought to its end or handed back, by whoever
    has the `lock`: a thread renews the claim meanwhile.
    """

    def __init__(self, store_file: VectorStoreFile, fingerprint: UUID) -> None:
        self.store_file = store_file
        self.fingerprint = fingerprint
        self.stage = Stage.PARSING
        self.chunks = ChunkSpool()
        self.vectors = VectorSpool()
        self.lock = Lock()
        self.open = True

    def __str__(self) -> str:
        return str(self.store_file.pk)

    def progress(self) -> dict[str, Any]:
        """As the row of a file in progress tells it."""
        total = 0 if self.stage == Stage.PARSING else self.chunks.count
        return {"stage": self.stage, "chunks_done": self.vectors.count, "chunks_total": total}

    def facts(self) -> dict[str, Any]:
        """What the row of a completed file tells."""
        count, text_bytes = self.chunks.count, self.chunks.text_bytes
        return {
            "usage_bytes": stored_bytes(text_bytes=text_bytes, numbers=self.vectors.numbers),
            "chunks_done": count,
            "chunks_total": count,
            "fingerprint": self.fingerprint,
        }

    def start_over(self) -> None:
        """With other chunks than those there are."""
        self.chunks.close()
        self.chunks = ChunkSpool()

    def content(self) -> Content:
        return Content(self.store_file, self.chunks, self.vectors)

    def close(self) -> None:
        self.chunks.close()
        self.vectors.close()


def still_open(works: Sequence[Work]) -> list[Work]:
    return [work for work in works if work.open]


def names(works: Sequence[Work]) -> str:
    return ", ".join(map(str, works))
