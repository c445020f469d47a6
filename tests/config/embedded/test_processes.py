import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config.embedded.processes import HEALTHY_AFTER, Program, RunningProgram, Supervisor
from config.embedded.start_errors import NotStarted
from tests.config.embedded.conftest import eventually, is_running

# A program whose pool would outlive it: the shell starts a sleep and waits.
PARENT_OF_ONE = "sleep 60 & echo $!; wait"


def shell(name: str, directory: Path, script: str, **how: object) -> Program:
    return Program(name, ["sh", "-c", script], log=directory / f"{name}.log", **how)  # type: ignore[arg-type]


def grandchild_of(child: RunningProgram) -> int:
    eventually(child.log_since_start)
    return int(child.log_since_start()[0])


def test_a_programs_output_is_in_its_log(supervisor: Supervisor, tmp_path: Path) -> None:
    child = supervisor.start(shell("greeter", tmp_path, "echo out; echo err >&2"))

    child.process.wait()

    assert child.log_since_start() == ["out", "err"]


def test_a_program_that_dies_is_started_again_ever_later_and_said_so(
    supervisor: Supervisor, notices: list[str], tmp_path: Path
) -> None:
    child = supervisor.start(shell("web", tmp_path, "exit 3"))
    now = time.monotonic()

    for pause in (0.5, 1.0, 2.0):
        child.process.wait()
        supervisor.tick(now)
        dead = child.process
        supervisor.tick(now + pause - 0.01)
        assert child.process is dead
        supervisor.tick(now + pause)
        assert child.process is not dead
        now += pause

    assert notices == [
        f"web ended with 3; starting it again in {pause} s (log: {tmp_path}/web.log)"
        for pause in ("0.5", "1", "2")
    ]


def test_a_program_that_ran_well_for_long_is_started_again_soon(
    supervisor: Supervisor, notices: list[str], tmp_path: Path
) -> None:
    child = supervisor.start(shell("web", tmp_path, "exit 3"))
    child.process.wait()
    supervisor.tick(child.started_at)
    supervisor.tick(child.started_at + 1)
    child.process.wait()

    supervisor.tick(child.started_at + HEALTHY_AFTER + 1)

    assert "in 0.5 s" in notices[-1]


def test_a_program_killed_from_outside_is_said_to_have_been(
    supervisor: Supervisor, notices: list[str], tmp_path: Path
) -> None:
    child = supervisor.start(shell("worker", tmp_path, "sleep 60"))
    child.process.kill()
    child.process.wait()

    supervisor.tick(time.monotonic())

    assert "worker was killed by SIGKILL" in notices[0]


def test_the_children_of_a_dead_program_are_ended(supervisor: Supervisor, tmp_path: Path) -> None:
    child = supervisor.start(shell("worker", tmp_path, PARENT_OF_ONE))
    grandchild = grandchild_of(child)
    child.process.kill()
    child.process.wait()
    assert is_running(grandchild)

    supervisor.tick(time.monotonic())

    eventually(lambda: not is_running(grandchild))


def test_programs_are_stopped_in_reverse_order(supervisor: Supervisor, tmp_path: Path) -> None:
    order = tmp_path / "order"
    for name in ("postgres", "web", "worker"):
        script = (
            f"trap 'echo {name} >> {order}; exit' TERM; echo ready; while :; do sleep 0.05; done"
        )
        eventually(supervisor.start(shell(name, tmp_path, script)).log_since_start)

    supervisor.stop()

    assert order.read_text().split() == ["worker", "web", "postgres"]


def test_a_program_that_will_not_stop_is_killed_with_all_it_started(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    deaf = shell("deaf", tmp_path, f"trap '' TERM; {PARENT_OF_ONE}", patience=0.3)
    child = supervisor.start(deaf)
    grandchild = grandchild_of(child)
    started = time.monotonic()

    supervisor.stop()

    assert 0.3 <= time.monotonic() - started < 2  # the usual patience
    assert child.process.returncode == -signal.SIGKILL
    eventually(lambda: not is_running(grandchild))


def test_patience_one_program_does_not_need_goes_to_the_next(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    slow = "trap 'sleep 0.5; echo bye; exit' TERM; echo ready; while :; do sleep 0.05; done"
    server = supervisor.start(shell("server", tmp_path, slow, patience=0.1))
    supervisor.start(shell("quick", tmp_path, "sleep 60", patience=5.0))
    eventually(server.log_since_start)

    supervisor.stop()

    assert server.log_since_start() == ["ready", "bye"]


def test_each_program_is_stopped_by_the_signal_it_wants(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    # Not INT: of a shell that was started in the background it cannot be caught.
    script = "trap 'echo fast; exit' USR1; echo ready; while :; do sleep 0.05; done"
    child = supervisor.start(shell("db", tmp_path, script, stop_signal=signal.SIGUSR1))
    eventually(child.log_since_start)

    supervisor.stop()

    assert child.log_since_start() == ["ready", "fast"]


def test_a_supervisor_killed_outright_takes_its_programs_with_it(tmp_path: Path) -> None:
    program = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from config.embedded.processes import Program, Supervisor\n"
        "child = Supervisor(print).start(Program('s', ['sleep', '60'], log=Path(sys.argv[1])))\n"
        "print(child.process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    supervisor = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True
    )
    with supervisor:
        assert supervisor.stdout
        pid = int(supervisor.stdout.readline())
        assert is_running(pid)

        supervisor.kill()

    eventually(lambda: not is_running(pid))


def test_a_program_that_ends_instead_of_serving_is_reported_in_its_own_words(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    script = "echo starting; echo 'FATAL: no space left'; echo shutting down; exit 1"
    child = supervisor.start(shell("db", tmp_path, script))

    with pytest.raises(NotStarted, match="db did not start: FATAL: no space left"):
        supervisor.wait_until(lambda: False, child)


def test_a_program_that_never_gets_ready_is_reported(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    child = supervisor.start(shell("db", tmp_path, "echo replaying; sleep 60"))

    with pytest.raises(NotStarted, match="db did not start: replaying"):
        supervisor.wait_until(lambda: False, child, within=0.3)


def test_a_failure_that_passes_by_itself_is_waited_out(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    lock, served = tmp_path / "lock", tmp_path / "served"
    lock.touch()
    script = f"if [ -e {lock} ]; then rm {lock}; echo locked; exit 1; fi; touch {served}; sleep 60"
    child = supervisor.start(shell("db", tmp_path, script, passing=["locked"]))

    supervisor.wait_until(served.exists, child, within=5)

    assert not child.has_ended()


def test_descriptors_to_keep_are_open_in_every_program(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("w") as lock:
        supervisor = Supervisor(print, keep=[lock.fileno()])
        child = supervisor.start(shell("db", tmp_path, "sleep 60"))

        kept = os.readlink(f"/proc/{child.process.pid}/fd/{lock.fileno()}")  # noqa: PTH115

        assert kept == lock.name
        supervisor.stop()
