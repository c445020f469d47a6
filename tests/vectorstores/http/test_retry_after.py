from datetime import UTC, datetime

import pytest

from vectorstores.http.client import LONGEST_WAIT, read_retry_after

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "Sun, 01 Mar 2026 12:00:30 GMT"}, 30.0),
        ({"retry-after": "Sun, 01 Mar 2026 12:00:30 -0000"}, 30.0),
        ({"retry-after-ms": "250"}, 0.25),
    ],
)
def test_every_form_of_the_header_is_understood(headers: dict[str, str], seconds: float):
    assert read_retry_after(headers, now=NOW) == seconds


def test_milliseconds_win_since_they_are_more_exact():
    assert read_retry_after({"retry-after-ms": "1200", "retry-after": "2"}, now=NOW) == 1.2


def test_a_time_in_the_past_means_at_once():
    assert read_retry_after({"retry-after": "Sun, 01 Mar 2026 11:00:00 GMT"}, now=NOW) == 0
    assert read_retry_after({"retry-after": "-3"}, now=NOW) == 0


def test_a_wait_of_a_day_is_cut_to_the_longest_wait():
    assert read_retry_after({"retry-after": "86400"}, now=NOW) == LONGEST_WAIT
    assert (
        read_retry_after({"retry-after": "Mon, 02 Mar 2026 12:00:00 GMT"}, now=NOW) == LONGEST_WAIT
    )


@pytest.mark.parametrize("value", ["", "soon", "nan", "inf", "Sun, 99 Mar 2026 12:00:00 GMT"])
def test_an_unreadable_header_counts_as_absent(value: str):
    assert read_retry_after({"retry-after": value}, now=NOW) is None


def test_milliseconds_that_cannot_be_read_leave_the_seconds():
    assert read_retry_after({"retry-after-ms": "soon", "retry-after": "4"}, now=NOW) == 4


def test_no_header_means_no_wait_given():
    assert read_retry_after({}, now=NOW) is None
