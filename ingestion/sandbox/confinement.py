"""What holds a parser: limits for each file, and rights given up once by the zygote.

Memory is limited by RLIMIT_DATA: what a process may write to. RLIMIT_AS would also count the
libraries and the reserves that allocators never touch.
"""

import os
import resource
import signal
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType

from ingestion.sandbox import kernel, landlock, syscalls
from ingestion.sandbox.limits import Limits

_MOST_DESCRIPTORS = 65_536
RESERVE = 64 * 1024**2  # bytes, for saying that memory has run out
GRACE = 2  # seconds of CPU time for those that do not end when told to


class Confinement:
    """To be made by the zygote, which then has no rights to give away itself."""

    def __init__(self) -> None:
        for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # Meant for the worker, which ends by itself when its work is done; then so do we.
            signal.signal(ignored, signal.SIG_IGN)
        os.umask(0o077)
        _limit(resource.RLIMIT_CORE, 0)
        kernel.adopt_orphans()
        kernel.give_up_privileges()
        self._walls = landlock.Walls()
        self._seccomp = _seccomp()
        if self._seccomp:
            syscalls.deny_for_good(self._seccomp)

    def missing(self) -> list[str]:
        """What this machine lacks of it."""
        lacks = {"seccomp": not self._seccomp, "Landlock": not self._walls.version}
        return [name for name, lacking in lacks.items() if lacking]

    def walls(self, *, readable: Sequence[Path], own: Path) -> int | None:
        """A descriptor for the child's `enter`, or nothing."""
        return self._walls.around(readable=readable, own=own)

    def enter(
        self, limits: Limits, *, parent: int, walls: int | None, pipes: Iterable[int]
    ) -> None:
        """Of a child, as its first act. It keeps no descriptor but `pipes`."""
        kernel.die_with_parent(parent)
        os.setpgid(0, 0)
        _limit(resource.RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + GRACE)
        _limit(resource.RLIMIT_NOFILE, limits.open_files)
        _limit(resource.RLIMIT_FSIZE, limits.written_bytes)
        _limit(resource.RLIMIT_DATA, limits.memory_bytes, limits.memory_bytes + RESERVE)
        if self._seccomp and not self._walls.hold_signals:
            syscalls.deny_signals(self._seccomp, os.getpid())
        if walls is not None:
            landlock.enter(walls)
        after = 3
        for pipe in sorted(pipes):
            os.closerange(after, pipe)
            after = pipe + 1
        os.closerange(after, _MOST_DESCRIPTORS)


def use_reserve() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _limit(what: int, soft: int, hard: int | None = None) -> None:
    """Never more than there was: whoever started the worker may have set a limit too."""
    _, most = resource.getrlimit(what)
    hard = soft if hard is None else hard
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    resource.setrlimit(what, (soft, hard))


def _seccomp() -> ModuleType | None:
    try:
        return import_module("pyseccomp")
    except (ImportError, RuntimeError):  # not installed, or not the library that it calls
        return None
