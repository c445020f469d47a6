"""Chunks that repeat a better one of the same file."""

from uuid import UUID

from vectorstores.search.ranking import without_repeats
from vectorstores.search.sql import Candidate


def row(start: int, *, size: int = 100, file: int = 1) -> Candidate:
    """Return a row whose text begins at `start`."""
    return Candidate(
        UUID(int=file), "", 0.5, "{}", "x" * size, None, None, file, start // 50, start
    )


def kept(*rows: Candidate) -> list[tuple[int, int]]:
    return [(each.store_file_id, each.start) for each in without_repeats(rows)]


def test_only_the_better_of_two_neighbours_that_share_half_their_text_stays():
    assert kept(row(50), row(0), row(100), row(150)) == [(1, 50), (1, 150)]


def test_a_dropped_chunk_does_not_displace_others():
    # The chunk at 100 repeats the one at 50, which repeats the best: so it stays.
    assert kept(row(0), row(50), row(100)) == [(1, 0), (1, 100)]


def test_a_quarter_of_the_shorter_text_may_be_shared():
    assert kept(row(0), row(75)) == [(1, 0), (1, 75)]
    assert kept(row(0), row(74)) == [(1, 0)]
    assert kept(row(0), row(90, size=20)) == [(1, 0)]
    assert kept(row(0, size=20), row(15)) == [(1, 0), (1, 15)]


def test_chunks_of_different_files_never_count_as_repeats():
    assert kept(row(0), row(0, file=2)) == [(1, 0), (2, 0)]


def test_the_order_is_preserved():
    assert kept(row(500), row(0), row(300)) == [(1, 500), (1, 0), (1, 300)]
