import math

import pytest

from ingestion.parsing.number_formats import date_text, duration_text


@pytest.mark.parametrize(
    ("days", "is_1904", "shown"),
    [
        (1, False, "1900-01-01"),
        (60, False, "1900-02-28"),
        (61, False, "1900-03-01"),
        (0.5, False, "12:00:00"),
        (44_000.999_999_99, False, "2020-06-19"),
        (2_958_465, False, "9999-12-31"),
        (2_957_003, True, "9999-12-31"),
    ],
)
def test_a_number_of_days_is_a_date(days: float, shown: str, *, is_1904: bool):
    assert date_text(days, is_1904=is_1904) == shown


@pytest.mark.parametrize(
    ("days", "is_1904", "shown"),
    [
        (2_958_465.999_999_99, False, "2958465.99999999"),
        (2_958_466, False, "2958466"),
        (2_957_004, True, "2957004"),
        (-1, False, "-1"),
        (math.inf, False, "inf"),
        (math.nan, False, "nan"),
    ],
)
def test_a_number_outside_excels_dates_stays_a_number(days: float, shown: str, *, is_1904: bool):
    assert date_text(days, is_1904=is_1904) == shown


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        (1.5, "36:00:00"),
        (math.nan, "nan"),
        (3e9, "3000000000"),
    ],
)
def test_a_duration_is_in_hours_unless_it_is_out_of_range(days: float, shown: str):
    assert duration_text(days) == shown
