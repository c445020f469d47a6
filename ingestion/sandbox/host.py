"""Keeps a zygote for the worker, and has a child of it read each file or small group."""

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import count
from pathlib import Path
from threading import RLock
from weakref import WeakSet

from ingestion.sandbox.confinement import Limits
from ingestion.sandbox.process import SandboxLost, ZygoteProcess
from ingestion.sandbox.reader import ChildConnection, Pipes, Reader

log = logging.getLogger(__name__)

PROGRAM = "ingestion.sandbox.zygote"


class Sandbox:
    """Reads files in processes that a zygote forks.

    Threads may share one, each with files of its own. The zygote is started at the first file, and
    again when it is found dead. A forked copy of this process starts a zygote of its own.
    """

    def __init__(self, limits: Limits, program: str = PROGRAM) -> None:
        self.limits = limits
        self._program = program
        self._numbers = count()
        self._zygote: ZygoteProcess | None = None
        self._lock = RLock()  # not a Lock: an iterator may be collected while we talk to the zygote
        _SANDBOXES.add(self)

    def start(self) -> None:
        """Start the zygote ahead of the first file, without waiting for it to be ready."""
        with self._lock:
            self._running_zygote()

    def stop(self) -> None:
        with self._lock:
            if self._zygote:
                self._zygote.stop()
                self._zygote = None

    @contextmanager
    def reader(self, paths: Sequence[Path]) -> Iterator[Reader]:
        """Open a reader of these files, which have one owner, and end its process after the block.

        One process reads them all for as long as none is refused or fails, which saves starting
        the others.
        """
        reader = Reader(lambda: self._begin(paths))
        try:
            yield reader
        finally:
            reader.end()

    def _begin(self, paths: Sequence[Path]) -> ChildConnection:
        pipes = Pipes()
        try:
            with self._lock:
                try:
                    child = self._begin_in(self._running_zygote(), paths, pipes)
                except SandboxLost as lost:  # perhaps long ago; no file was being read in it
                    log.warning("%s Another is started.", lost)
                    child = self._begin_in(self._running_zygote(), paths, pipes)
        except BaseException:
            pipes.close()
            raise
        pipes.close_child_ends()
        return child

    def _begin_in(
        self, zygote: ZygoteProcess, paths: Sequence[Path], pipes: Pipes
    ) -> ChildConnection:
        number = next(self._numbers)
        readable = [str(path.absolute()) for path in paths]
        zygote.begin(number, readable, asdict(self.limits), *pipes.child_ends)
        return ChildConnection(number, zygote, self._lock, pipes, self.limits)

    def _running_zygote(self) -> ZygoteProcess:
        if not self._zygote or not self._zygote.is_alive():
            if self._zygote:
                self._zygote.stop()
            self._zygote = ZygoteProcess(self._program)
        return self._zygote

    def disown(self) -> None:
        """Begin anew in a forked copy of this process, where threads that held the lock are not."""
        self._lock = RLock()
        if self._zygote:
            self._zygote.disown()
            self._zygote = None


_SANDBOXES: WeakSet[Sandbox] = WeakSet()


def _disown_all() -> None:
    for sandbox in _SANDBOXES:
        sandbox.disown()


os.register_at_fork(after_in_child=_disown_all)
