"""`python -m ingestion.sandbox.zygote DESCRIPTOR`: a Python that is ready to read files, and forks
a child to read some.

It has one thread and trusts its worker, at the other end of the socket DESCRIPTOR. It touches no
file itself. When the socket ends, so do its children, and then it.

    worker                                zygote
       ◀── {"missing": […]} ────────────────       loaded; what this machine cannot forbid
       ─── {"begin": id, …} and two pipes ──▶
       ◀── {"pid": …, "directory": …} ──────       or {"error": errno}, and nothing is begun
       ─── {"end": id, "report": …} ────────▶      kills what is left of it
       ◀── {"exit": …, …} ──────────────────       if `report`: how it had ended
"""

import gc
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from ingestion.chunking import chunks
from ingestion.parsing import Section, parse
from ingestion.sandbox import frames, kernel
from ingestion.sandbox.child import Read, work_on_tasks
from ingestion.sandbox.confinement import Confinement, Limits


def main(read: Read = parse) -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    os.environ.pop("GLIBC_TUNABLES", None)  # for us; programs that a parser starts are small
    for _ in chunks([Section("What every file needs is loaded: the tables of tokens.")]):
        pass
    confinement = Confinement()
    gc.collect()
    gc.freeze()  # or the collector would touch, and so copy, all that children share with us
    zygote = Zygote(control, read, confinement)
    frames.send(control, {"missing": confinement.missing()})
    try:
        with suppress(EOFError, ConnectionError):  # since the worker is gone, and all its children
            while True:
                zygote.answer(*frames.receive(control))
    finally:
        zygote.end_all()


@dataclass(frozen=True)
class ForkedChild:
    pid: int
    directory: Path


class Zygote:
    def __init__(self, control: socket.socket, read: Read, confinement: Confinement) -> None:
        self._control = control
        self._read = read
        self._confinement = confinement
        self._children: dict[int, ForkedChild] = {}

    def answer(self, message: Any, descriptors: list[int]) -> None:
        """Begin or end a child, as the worker's message says."""
        if "begin" in message:
            frames.send(self._control, self._begin(message, descriptors))
            return
        status, used = self._end(message["end"])
        if message["report"]:
            seconds, peak = used.ru_utime + used.ru_stime, used.ru_maxrss * 1024
            answer = {"exit": os.waitstatus_to_exitcode(status), "cpu": seconds, "memory": peak}
            frames.send(self._control, answer)

    def end_all(self) -> None:
        for number in list(self._children):
            self._end(number)

    def _begin(self, message: Any, pipes: list[int]) -> dict[str, Any]:
        try:
            # `dir` is named, because on a full disk the directory would be made elsewhere.
            directory = Path(tempfile.mkdtemp(prefix="parser-", dir=os.environ["TMPDIR"]))
            try:
                readable = [Path(path) for path in message["readable"]]
                pid = self._fork(directory, readable, Limits(**message["limits"]), *pipes)
            except BaseException:
                shutil.rmtree(directory, ignore_errors=True)
                raise
            with suppress(PermissionError):
                os.setpgid(pid, pid)  # it does the same; whichever comes first
        except OSError as error:  # the disk is full, or the machine has no room for a process
            return {"error": error.errno}
        finally:
            for pipe in pipes:
                os.close(pipe)
        self._children[message["begin"]] = ForkedChild(pid, directory)
        return {"pid": pid, "directory": str(directory)}

    def _fork(
        self, directory: Path, readable: list[Path], limits: Limits, tasks: int, output: int
    ) -> int:
        path_rules = self._confinement.path_rules(readable=readable, own=directory)
        confine = partial(
            self._confinement.enter,
            limits,
            parent=os.getpid(),
            path_rules=path_rules,
            pipes=(tasks, output),
        )
        try:
            pid = os.fork()
            if not pid:
                self._become_child(directory, tasks, output, confine)
        finally:
            if path_rules is not None:
                os.close(path_rules)
        return pid

    def _become_child(
        self, directory: Path, tasks: int, output: int, confine: Callable[[], None]
    ) -> NoReturn:
        try:
            self._control.close()
            os.dup2(0, 2)  # libraries complain of files, in a stranger's words: not in our log
            os.chdir(directory)
            os.environ["HOME"] = os.environ["TMPDIR"] = tempfile.tempdir = str(directory)
            work_on_tasks(self._read, tasks, output, confine)
        finally:
            os._exit(0)

    def _end(self, number: int) -> tuple[int, Any]:
        """Kill what is left of it, with all that it started. Return its status and usage."""
        child = self._children.pop(number)
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        with suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGKILL)
        _, status, used = os.wait4(child.pid, 0)
        if not self._children:
            # What a child's own children left behind is ours now.
            while orphans := kernel.children():
                for pid in orphans:
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)
        shutil.rmtree(child.directory, ignore_errors=True)
        return status, used


if __name__ == "__main__":
    main()
