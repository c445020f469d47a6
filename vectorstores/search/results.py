"""What a search gives."""

import json
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS

from vectorstores.ids import FILE
from vectorstores.search.plan import Plan
from vectorstores.search.rows import Row
from vectorstores.search.score import shown


@dataclass(frozen=True)
class Hit:
    """A chunk that was found."""

    file_id: str
    filename: str
    score: float
    attributes: dict[str, Any]
    text: str
    page: int | None
    heading: str | None

    @classmethod
    def of(cls, row: Row) -> "Hit":
        return cls(
            file_id=FILE.encode(row.file_id),
            filename=row.filename,
            score=shown(row.score),
            attributes=json.loads(row.attributes),
            text=row.text,
            page=row.page,
            heading=row.heading,
        )


@dataclass(frozen=True)
class Done:
    """How a search was done, for whoever wonders why it found what it found.

    `rewrite` and `rerank` tell what became of these: None where nobody wanted it.
    """

    plan: Plan
    using: str
    rewrite: str | None = None
    rerank: str | None = None

    @property
    def reranker(self) -> str:
        """Its name, `none`, or `failed`."""
        if self.rerank is None:
            return "none"
        return "failed" if self.rerank.startswith("failed") else self.rerank

    def __str__(self) -> str:
        parts = {
            "rewrite": self.rewrite,
            "rerank": self.rerank,
            "database": "primary" if self.using == DEFAULT_DB_ALIAS else self.using,
        }
        told = [f"{name}={value}" for name, value in parts.items() if value]
        return ", ".join([str(self.plan), *told])


@dataclass(frozen=True)
class Found:
    """`queries` are those that were searched for, rewritten or as they were given."""

    queries: list[str]
    hits: list[Hit]
    done: Done
