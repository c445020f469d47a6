"""Confines a parser: limits for each file, and rights given up once by the zygote.

RLIMIT_DATA limits the memory that a process may write to. RLIMIT_AS would also count the
libraries and the reserves that allocators never touch.
"""

import os
import resource
import signal
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

from ingestion.sandbox import kernel, landlock, syscalls

_MOST_DESCRIPTORS = 65_536
RESERVE = 64 * 1024**2  # bytes, to report that memory has run out
GRACE = 2  # seconds of CPU time between the kernel's first signal and its SIGKILL


@dataclass(frozen=True)
class Limits:
    """Limits of one child, for all that it reads: a file, or a small group.

    Each program that it starts has the same limits again, except for silence and output.
    """

    memory_bytes: int
    cpu_seconds: int
    silence_seconds: float  # how long the worker waits for the next chunk
    output_bytes: int = 4 * 1024**3  # of all frames; the longest tokens allow for about two
    open_files: int = 256
    written_bytes: int = 2 * 1024**3  # of one temporary file


class Confinement:
    """Gives up the rights of the process that makes it, which is the zygote."""

    def __init__(self) -> None:
        for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # Meant for the worker, which ends by itself when its work is done; then so do we.
            signal.signal(ignored, signal.SIG_IGN)
        os.umask(0o077)
        _limit(resource.RLIMIT_CORE, 0)
        kernel.adopt_orphans()
        kernel.give_up_privileges()
        self._path_rules = landlock.PathRules()
        self._seccomp = _seccomp()
        if self._seccomp:
            syscalls.deny_for_good(self._seccomp)

    def missing(self) -> list[str]:
        """Return the names of the protections that this machine lacks."""
        lacks = {"seccomp": not self._seccomp, "Landlock": not self._path_rules.version}
        return [name for name, lacking in lacks.items() if lacking]

    def path_rules(self, *, readable: Sequence[Path], own: Path) -> int | None:
        """Return a descriptor for the child's `enter`; None where there is no Landlock."""
        return self._path_rules.around(readable=readable, own=own)

    def enter(
        self, limits: Limits, *, parent: int, path_rules: int | None, pipes: Iterable[int]
    ) -> None:
        """Confine this process, as a child's first act. It keeps no descriptor but `pipes`."""
        kernel.die_with_parent(parent)
        os.setpgid(0, 0)
        _limit(resource.RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + GRACE)
        _limit(resource.RLIMIT_NOFILE, limits.open_files)
        _limit(resource.RLIMIT_FSIZE, limits.written_bytes)
        _limit(resource.RLIMIT_DATA, limits.memory_bytes, limits.memory_bytes + RESERVE)
        if self._seccomp and not self._path_rules.hold_signals:
            syscalls.deny_signals(self._seccomp, os.getpid())
        if path_rules is not None:
            landlock.enter(path_rules)
        after = 3
        for pipe in sorted(pipes):
            os.closerange(after, pipe)
            after = pipe + 1
        os.closerange(after, _MOST_DESCRIPTORS)


def use_reserve() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _limit(what: int, soft: int, hard: int | None = None) -> None:
    """Set a limit, never to more than before, because the worker may have been started with one."""
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
