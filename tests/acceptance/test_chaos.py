"""A short run of benchmarks/chaos: every kind of fault once, always in the same order."""

import pytest

from benchmarks.chaos.run import run


@pytest.mark.usefixtures("whole_service")
def test_whatever_dies_while_files_are_ingested_all_of_them_come_to_their_right_end():
    report = run(rounds=19, seed=1, pause=0.3)

    assert report.violations == []
    assert report.faults.total() == 19
    assert set(report.statuses) <= {"completed", "failed", "cancelled"}
    assert report.statuses["completed"] > 50
