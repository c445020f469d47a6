from datetime import UTC, datetime

import pytest

from vectorstores.admin.pace import in_words
from vectorstores.models.batches import BatchProgress

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def words(done: int, total: int, rate: float | None = None, left: int | None = None) -> str:
    end = None if left is None else int(NOW.timestamp()) + left
    return in_words(BatchProgress(done, total, rate, end), NOW)


def test_progress_rate_and_end_are_one_sentence():
    assert words(1200, 2000, 34.7, 23) == "1,200 of 2,000 files, 35 a second, done in about 23 s"


def test_what_nobody_knows_is_left_out():
    assert words(0, 3) == "0 of 3 files"
    assert words(3, 3, 2.0) == "3 of 3 files, 2 a second"


@pytest.mark.parametrize(
    ("rate", "told"),
    [
        (12_345.6, "12,346 a second"),
        (9.96, "10 a second"),
        (9.94, "9.9 a second"),
        (1.0, "1 a second"),
        (0.5, "30 a minute"),
        (0.0175, "1.1 a minute"),
        (0.01, "36 an hour"),
        (0.000139, "0.5 an hour"),
    ],
)
def test_a_rate_is_told_of_a_time_that_has_some(rate: float, told: str):
    assert words(1, 2, rate) == f"1 of 2 files, {told}"


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (0, "1 s"),
        (120, "120 s"),
        (121, "2 min"),
        (7200, "120 min"),
        (7201, "2 h"),
        (48 * 3600, "48 h"),
        (1000 * 86400 + 5, "1,000 days"),
    ],
)
def test_a_time_is_told_in_a_unit_that_fits(left: int, told: str):
    assert words(1, 2, 1.0, left) == f"1 of 2 files, 1 a second, done in about {told}"
