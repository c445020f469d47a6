"""The result of a search."""

import json
from dataclasses import dataclass
from typing import Any

from vectorstores.ids import FILE
from vectorstores.search.execution import Execution
from vectorstores.search.sql import Candidate


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
    def of(cls, candidate: Candidate) -> "Hit":
        return cls(
            file_id=FILE.encode(candidate.file_id),
            filename=candidate.filename,
            # Half precision makes a vector's own cosine a little more than 1.
            score=min(1.0, max(0.0, candidate.score)),
            attributes=json.loads(candidate.attributes),
            text=candidate.text,
            page=candidate.page,
            heading=candidate.heading,
        )


@dataclass(frozen=True)
class SearchResult:
    """`queries` are those that were searched for, rewritten or as they were given."""

    queries: list[str]
    hits: list[Hit]
    execution: Execution
