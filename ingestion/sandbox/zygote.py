"""`python -m ingestion.sandbox.zygote DESCRIPTOR`: a Python that is ready to read files, copied to
read some of them.

It has one thread and believes its worker, at the other end of the socket DESCRIPTOR. It touches no
file itself. When the socket ends, so do its children, and then it.

    worker                                zygote
       ◀── {"missing": […]} ────────────────       loaded; what this machine cannot forbid
       ─── {"begin": id, …} and two pipes ──▶
       ◀── {"pid": …, "directory": …} ──────       or {"error": errno}, and nothing is begun
       ─── {"end": id, "told": …} ──────────▶      kills what is left of it
       ◀── {"status": …, …} ────────────────       if `told`: how it had ended
"""

import gc
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from ingestion.chunking import chunks
from ingestion.parsing import Section, parse
from ingestion.sandbox import frames, kernel
from ingestion.sandbox.child import Read, work
from ingestion.sandbox.confinement import Confinement
from ingestion.sandbox.limits import Limits


def main(read: Read = parse) -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    os.environ.pop("GLIBC_TUNABLES", None)  # for us; programs that a parser starts are small
    warm_up()
    confinement = Confinement()
    gc.collect()
    gc.freeze()  # or the collector would touch, and so copy, all that children share with us
    zygote = Zygote(control, read, confinement)
    frames.send(control, {"missing": confinement.missing()})
    try:
        with suppress(EOFError, ConnectionError):
            while True:
                zygote.answer(*frames.receive(control))
    finally:
        zygote.end_all()


def warm_up() -> None:
    """Load what every file needs, and what many do."""
    for _ in chunks([Section("The tables of tokens.")]):
        pass


@dataclass(frozen=True)
class Child:
    pid: int
    directory: Path


class Zygote:
    def __init__(self, control: socket.socket, read: Read, confinement: Confinement) -> None:
        self._control = control
        self._read = read
        self._confinement = confinement
        self._children: dict[int, Child] = {}

    def answer(self, message: Any, descriptors: list[int]) -> None:
        if "begin" in message:
            frames.send(self._control, self._begun(message, descriptors))
            return
        status, used = self._end(message["end"])
        if message["told"]:
            seconds, peak = used.ru_utime + used.ru_stime, used.ru_maxrss * 1024
            answer = {"exit": os.waitstatus_to_exitcode(status), "cpu": seconds, "memory": peak}
            frames.send(self._control, answer)

    def _begun(self, message: Any, pipes: list[int]) -> dict[str, Any]:
        readable = [Path(path) for path in message["readable"]]
        try:
            child = self._begin(readable, Limits(**message["limits"]), *pipes)
        except OSError as error:  # the disk is full, or the machine has no room for a process
            return {"error": error.errno}
        finally:
            for pipe in pipes:
                os.close(pipe)
        self._children[message["begin"]] = child
        return {"pid": child.pid, "directory": str(child.directory)}

    def end_all(self) -> None:
        for number in list(self._children):
            self._end(number)

    def _begin(self, readable: list[Path], limits: Limits, asked: int, output: int) -> Child:
        # Named, or a full disk would have the directory looked for elsewhere.
        directory = Path(tempfile.mkdtemp(prefix="parser-", dir=os.environ["TMPDIR"]))
        with ExitStack() as undoing:
            undoing.callback(shutil.rmtree, directory, ignore_errors=True)
            pid = self._fork(directory, readable, limits, asked, output)
            undoing.pop_all()
        with suppress(PermissionError):
            os.setpgid(pid, pid)  # it does the same; whoever comes first
        return Child(pid, directory)

    def _fork(
        self, directory: Path, readable: list[Path], limits: Limits, asked: int, output: int
    ) -> int:
        walls = self._confinement.walls(readable=readable, own=directory)
        confine = partial(
            self._confinement.enter,
            limits,
            parent=os.getpid(),
            walls=walls,
            pipes=(asked, output),
        )
        try:
            pid = os.fork()
            if not pid:
                self._become_child(directory, asked, output, confine)
        finally:
            if walls is not None:
                os.close(walls)
        return pid

    def _become_child(
        self, directory: Path, asked: int, output: int, confine: Callable[[], None]
    ) -> NoReturn:
        try:
            self._control.close()
            os.dup2(0, 2)  # libraries complain of files, in a stranger's words: not in our log
            os.chdir(directory)
            os.environ["HOME"] = os.environ["TMPDIR"] = tempfile.tempdir = str(directory)
            work(self._read, asked, output, confine)
        finally:
            os._exit(0)

    def _end(self, number: int) -> tuple[int, Any]:
        """Kill what is left of it, with all that it started."""
        child = self._children.pop(number)
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        with suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGKILL)
        _, status, used = os.wait4(child.pid, 0)
        if not self._children:
            _end_orphans()
        shutil.rmtree(child.directory, ignore_errors=True)
        return status, used


def _end_orphans() -> None:
    """What a child's own children left behind is ours now."""
    while orphans := kernel.children():
        for pid in orphans:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


if __name__ == "__main__":
    main()
