"""A short run of benchmarks/chaos: every kind of fault once, always in the same order."""

import pytest

from benchmarks.chaos.run import run


@pytest.mark.usefixtures("whole_service")
def test_every_file_ends_as_it_should_although_processes_die():
    report = run(rounds=19, seed=1, pause=0.3)

    assert report.violations == []
    assert report.faults.total() == 19
    assert set(report.statuses) <= {"completed", "failed", "cancelled"}
    assert report.statuses["completed"] > 50
