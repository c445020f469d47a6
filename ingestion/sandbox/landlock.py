"""Limits a parser to the files of its own code, those it reads, and its own directory.

Other people's uploads and the service's secrets lie on the same disk, and in the environment of
processes of the same account. A process under Landlock sees neither, and can signal only its
own children. Linux has it since 5.13.
"""

import ctypes
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from ingestion.sandbox.kernel import call

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_VERSION, _PATH_BENEATH = 1, 1

_EXECUTE, _WRITE, _READ, _LIST = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_RIGHTS_BY_VERSION = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # how many there are
_TCP, _TCP_SINCE = 0b11, 4
_SCOPES, _SCOPES_SINCE = 0b11, 6  # abstract sockets and signals

# Where programs and libraries are, beneath a prefix such as /usr. Not all that is there: services
# are installed in /usr/src and /opt, with their data beside them.
_INSTALLED = ("bin", "sbin", "lib", "lib32", "lib64", "libexec", "share")

# Those of the machine, and of its settings those that programs load.
_SYSTEM = (
    *(f"{prefix}/{name}" for prefix in ("", "/usr", "/usr/local") for name in _INSTALLED),
    *("/nix/store", "/gnu/store"),
    *("/proc", "/sys/devices/system"),
    *("/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/alternatives", "/etc/fonts"),
    *("/etc/localtime", "/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/mime.types"),
    *("/etc/magic",),
    "/var/cache/fontconfig",
    *("/dev/urandom", "/dev/random", "/dev/zero"),
)
_NAMING = ("LD_LIBRARY_PATH", "FONTCONFIG_PATH", "TESSDATA_PREFIX")


class _Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32)]


def version() -> int:
    """Return the version of the kernel's Landlock, 0 where it has none."""
    if sys.platform == "linux":
        with suppress(OSError):
            return call("syscall", _CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION)
    return 0


def python_paths() -> set[Path]:
    """Return where this Python's own files are, and of the project its code alone, because `data`
    lies beside it."""
    project = Path(__file__).resolve().parents[2]
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    folders = {Path(path) for path in sys.path if path} | {
        Path(prefix, name) for prefix in prefixes for name in (*_INSTALLED, "pyvenv.cfg")
    }
    packages = {name.partition(".")[0] for name in sys.modules}
    files = [getattr(sys.modules.get(name), "__file__", None) for name in packages]
    return {path for path in folders if not project.is_relative_to(path.resolve())} | {
        Path(file).parent for file in files if file and Path(file).name == "__init__.py"
    }


def configured_paths() -> set[Path]:
    """Return where the worker's environment says that libraries, fonts and languages are."""
    named = [os.environ.get(name, "") for name in _NAMING]
    return {Path(path) for path in ":".join(named).split(":") if path}


def readable_by_all() -> set[Path]:
    return {*map(Path, _SYSTEM), *python_paths(), *configured_paths()}


class PathRules:
    """The paths that every child may reach, opened once by the zygote, to make rules for each."""

    def __init__(self) -> None:
        self.version = version()
        self.hold_signals = self.version >= _SCOPES_SINCE
        rights = _RIGHTS_BY_VERSION.get(self.version, 16) if self.version else 0
        self._rights = (1 << rights) - 1
        self._readable = list(_opened(readable_by_all()))
        self._null = os.open(os.devnull, os.O_PATH | os.O_CLOEXEC)

    def around(self, *, readable: Iterable[Path], own: Path) -> int | None:
        """Return a descriptor for `enter`, to be closed after; None where there is no Landlock.

        Within `own` anything may be done. Raises OSError where the machine has no room for it.
        """
        if not self.version:
            return None
        net = _TCP if self.version >= _TCP_SINCE else 0
        scoped = _SCOPES if self.version >= _SCOPES_SINCE else 0
        handled = _Ruleset(self._rights, net, scoped)
        size = ctypes.c_size_t(24 if scoped else 16 if net else 8)  # as large as this kernel's
        ruleset = call("syscall", _CREATE_RULESET, ctypes.byref(handled), size, 0)
        try:
            for found, rights in self._readable:
                self._allow(ruleset, found, rights)
            self._allow(ruleset, self._null, _READ | _WRITE)
            for found, rights in _opened(set(readable)):
                self._allow_once(ruleset, found, rights)
            for found, _ in _opened({own}):
                self._allow_once(ruleset, found, self._rights)
        except BaseException:
            os.close(ruleset)
            raise
        return ruleset

    def _allow_once(self, ruleset: int, found: int, rights: int) -> None:
        try:
            self._allow(ruleset, found, rights)
        finally:
            os.close(found)

    def _allow(self, ruleset: int, found: int, rights: int) -> None:
        beneath = _Beneath(rights & self._rights, found)
        call("syscall", _ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(beneath), 0)


def enter(ruleset: int) -> None:
    """Hold this process to the rules for good, with all that it will start."""
    call("syscall", _RESTRICT_SELF, ruleset, 0)


def _opened(paths: set[Path]) -> Iterator[tuple[int, int]]:
    """Yield a descriptor of each path that exists, and the rights of a reader to it."""
    within = {path for path in paths if not paths & set(path.parents)}
    for path in within:
        with suppress(OSError):  # not on this machine
            found = os.open(path, os.O_PATH | os.O_CLOEXEC)
            yield found, _READ | _EXECUTE | (_LIST if path.is_dir() else 0)
