"""Child processes, watched: started, started again when they die, stopped in reverse order.

    started ──▶ running ──▶ died ──▶ waiting ──▶ running     backoff doubles to BACKOFF_MAX
                   └──────▶ stopped                          stop signal, then SIGKILL

Three things hold however it ends. A program that is stopped takes its process group with it. If
this process is killed outright, the kernel sends each program its stop signal. And a descriptor
given as `keep` stays open in every program, so a lock on it outlives us until they are gone.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.embedded.machine import Account
from config.embedded.start_errors import NotStarted

PR_SET_PDEATHSIG = 1  # linux/prctl.h
BACKOFF_FIRST, BACKOFF_MAX = 0.5, 30.0  # seconds
HEALTHY_AFTER = 60.0  # seconds; one that ran this long before dying starts over at BACKOFF_FIRST

_libc = ctypes.CDLL(None)


@dataclass(frozen=True)
class Program:
    """A command, and how to start and stop it."""

    name: str
    command: Sequence[str]
    log: Path
    env: Mapping[str, str] | None = None  # None: ours
    cwd: Path = Path("/")
    account: Account | None = None  # None: ours
    stop_signal: signal.Signals = signal.SIGTERM
    descriptors: Sequence[int] = ()  # of ours, for it to use under the same numbers
    patience: float = 2.0  # seconds to stop in; what it leaves goes to those stopped after it
    # Phrases in its log that mean: it could not start for a reason that passes by itself.
    passing: Sequence[str] = ()


class RunningProgram:
    """One program, through however many processes it takes."""

    def __init__(self, program: Program, keep: Sequence[int]) -> None:
        self.program = program
        self._keep = keep
        self._failures = 0
        self.start()

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.due_at: float | None = None
        self._log_start = self.program.log.stat().st_size if self.program.log.exists() else 0
        program, parent = self.program, os.getpid()

        def follow() -> None:
            """Ask the kernel to send the child its stop signal when its parent dies."""
            _libc.prctl(PR_SET_PDEATHSIG, int(program.stop_signal))
            if os.getppid() != parent:  # it died before the kernel knew
                os._exit(1)

        identity = program.account.as_user() if program.account else {}
        with program.log.open("ab") as log:
            self.process: subprocess.Popen[bytes] = subprocess.Popen(
                program.command,
                env=program.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # the terminal's Ctrl-C is ours to pass on, in order
                pass_fds=[*self._keep, *program.descriptors],
                preexec_fn=follow,
                **{"cwd": program.cwd, **identity},
            )

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def postpone(self, now: float) -> float:
        """Clean up after a death and set when to start again. Returns the seconds until then."""
        self.kill_group()
        self._failures = 0 if now - self.started_at > HEALTHY_AFTER else self._failures
        delay = min(BACKOFF_FIRST * 2.0**self._failures, BACKOFF_MAX)
        self._failures += 1
        self.due_at = now + delay
        return delay

    def stop(self, deadline: float) -> None:
        """Send its stop signal, and SIGKILL to its process group at the deadline."""
        if not self.has_ended():
            self.process.send_signal(self.program.stop_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(max(deadline - time.monotonic(), 0))
        self.kill_group()
        self.process.wait()

    def kill_group(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def exit_reason(self) -> str:
        """Say how the process ended, for a person."""
        code = self.process.returncode
        return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"

    def log_since_start(self) -> list[str]:
        """Return the lines of its log since it was last started."""
        with self.program.log.open("rb") as log:
            log.seek(self._log_start)
            return log.read().decode(errors="replace").splitlines()


class Supervisor:
    """Starts programs and keeps them running. `notify` gets lines that a person should read.

    Call it from one thread, which must outlive the programs, because the kernel sends them their
    stop signal when the thread that started them ends.
    """

    def __init__(self, notify: Callable[[str], None], *, keep: Sequence[int] = ()) -> None:
        self._notify = notify
        self._keep = keep
        self.running: list[RunningProgram] = []

    def start(self, program: Program) -> RunningProgram:
        started = RunningProgram(program, self._keep)
        self.running.append(started)
        return started

    def wait_until(
        self, is_ready: Callable[[], bool], started: RunningProgram, *, within: float = 60.0
    ) -> None:
        """Wait until a program just started is of use. Raises NotStarted with its last words."""
        deadline = time.monotonic() + within
        while started.has_ended() or not is_ready():
            program, late = started.program, time.monotonic() > deadline
            if late or started.has_ended():
                lines = started.log_since_start()
                if late or not any(phrase in line for line in lines for phrase in program.passing):
                    # The line that says why, among the lines around it.
                    fatal = [line for line in lines if "FATAL" in line or "rror" in line]
                    raise NotStarted(
                        program.name, program.log, (fatal or lines or [""])[-1].strip()
                    )
            self.tick(time.monotonic())
            time.sleep(0.05)

    def tick(self, now: float) -> None:
        """Look after every program once."""
        for running in self.running:
            if running.due_at is not None:
                if now >= running.due_at:
                    running.start()
            elif running.has_ended():
                delay = running.postpone(now)
                self._notify(
                    f"{running.program.name} {running.exit_reason()}; starting it again in "
                    f"{delay:g} s (log: {running.program.log})"
                )

    def stop(self) -> None:
        """Stop every program, the last started first, within the sum of their patience."""
        deadline = time.monotonic()
        for running in reversed(self.running):
            deadline += running.program.patience
            running.stop(deadline)
        self.running.clear()
