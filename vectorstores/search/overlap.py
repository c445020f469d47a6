"""Chunks that repeat a better one: neighbours in a file share up to half of their text."""

from collections import defaultdict
from collections.abc import Iterable

from vectorstores.search.rows import Row

MOST_SHARED = 0.25
"""Of the shorter chunk's text, in characters. Neighbours of 800 tokens that overlap by 400 share
half, and those two places apart nothing."""


def without_repeats(rows: Iterable[Row]) -> list[Row]:
    """Those that share little with any better one of the same file. `rows` come the best first."""
    kept: dict[int, list[Row]] = defaultdict(list)
    chosen = []
    for row in rows:
        if not any(_repeats(row, better) for better in kept[row.store_file_id]):
            kept[row.store_file_id].append(row)
            chosen.append(row)
    return chosen


def _repeats(row: Row, better: Row) -> bool:
    end, its_end = row.start + len(row.text), better.start + len(better.text)
    shared = min(end, its_end) - max(row.start, better.start)
    return shared > MOST_SHARED * min(len(row.text), len(better.text))
