"""What a search's statement gives."""

from typing import Any, NamedTuple
from uuid import UUID


class Row(NamedTuple):
    """Of each chunk."""

    file_id: UUID
    filename: str
    score: float
    attributes: str
    text: str
    page: int | None
    heading: str | None
    store_file_id: int
    position: int
    start: int


class Counts(NamedTuple):
    """How many chunks each leg has found, and looked at; and what the store was searched by at
    that moment, None where it is gone."""

    near: int
    near_seen: int
    alike: int
    alike_seen: int
    generation: int | None


def read(rows: list[tuple[Any, ...]]) -> tuple[list[Row], Counts]:
    """The best first."""
    size = len(Row._fields)
    found = [Row(*row[:size]) for row in rows if row[0] is not None]
    return found, Counts(*rows[0][size:])


def merged(answers: list[list[Row]]) -> list[Row]:
    """Each chunk once, with its best score; ties in the order of the files."""
    best: dict[tuple[int, int], Row] = {}
    for row in (row for rows in answers for row in rows):
        place = row.store_file_id, row.position
        if place not in best or row.score > best[place].score:
            best[place] = row
    return sorted(best.values(), key=lambda row: (-row.score, row.store_file_id, row.position))
