"""The worker's side: files in, chunks out, and nothing left behind."""

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from itertools import count
from pathlib import Path
from threading import RLock
from weakref import WeakSet

from ingestion.sandbox.limits import Limits
from ingestion.sandbox.process import SandboxLost, ZygoteProcess
from ingestion.sandbox.reader import Child, Pipes, Reader

log = logging.getLogger(__name__)

PROGRAM = "ingestion.sandbox.zygote"


class Sandbox:
    """Threads may share one, each with files of its own. A forked copy starts a zygote of its own.

    The zygote is started at the first file, and again when it is found dead.
    """

    def __init__(self, limits: Limits, program: str = PROGRAM) -> None:
        self.limits = limits
        self._program = program
        self._numbers = count()
        self._zygote: ZygoteProcess | None = None
        self._speaking = RLock()  # not a Lock: an iterator may be collected while we speak
        _SANDBOXES.add(self)

    def start(self) -> None:
        """Ahead of the first file, without waiting for it to be ready."""
        with self._speaking:
            self._living()

    def stop(self) -> None:
        with self._speaking:
            if self._zygote:
                self._zygote.stop()
                self._zygote = None

    @contextmanager
    def reader(self, paths: Sequence[Path]) -> Iterator[Reader]:
        """Of these files, which have one owner: as long as none is refused and nothing happens,
        they are read by one process, which saves starting the others. To leave the block ends it.
        """
        reader = Reader(lambda: self._begin(paths))
        try:
            yield reader
        finally:
            reader.end()

    def _begin(self, paths: Sequence[Path]) -> Child:
        pipes = Pipes()
        with ExitStack() as undoing:
            undoing.callback(pipes.close)
            with self._speaking:
                try:
                    child = self._begin_in(self._living(), paths, pipes)
                except SandboxLost as lost:  # perhaps long ago: nothing of a file is lost with it
                    log.warning("%s Another is started.", lost)
                    child = self._begin_in(self._living(), paths, pipes)
            undoing.pop_all()
        pipes.given()
        return child

    def _begin_in(self, zygote: ZygoteProcess, paths: Sequence[Path], pipes: Pipes) -> Child:
        number = next(self._numbers)
        readable = [str(path.absolute()) for path in paths]
        zygote.begin(number, readable, asdict(self.limits), pipes.asked, pipes.speaking)
        return Child(number, zygote, self._speaking, pipes, self.limits)

    def _living(self) -> ZygoteProcess:
        if not self._zygote or not self._zygote.is_alive():
            if self._zygote:
                self._zygote.stop()
            self._zygote = ZygoteProcess(self._program)
        return self._zygote

    def disown(self) -> None:
        """In a copy of this process, where threads that held the lock are not."""
        self._speaking = RLock()
        if self._zygote:
            self._zygote.disown()
            self._zygote = None


_SANDBOXES: WeakSet[Sandbox] = WeakSet()


def _disown_all() -> None:
    for sandbox in _SANDBOXES:
        sandbox.disown()


os.register_at_fork(after_in_child=_disown_all)
