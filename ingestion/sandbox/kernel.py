"""The few calls of Linux that Python has no name for. Elsewhere they do nothing."""

import ctypes
import os
import sys
from signal import SIGKILL

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 1, 36, 38
_CAPABILITIES_OF_64_BITS = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(parent: int) -> None:
    """To be called by a process that was just forked by `parent`, which has a single thread."""
    _prctl(_PR_SET_PDEATHSIG, SIGKILL)
    if os.getppid() != parent:  # it died before it was asked
        os._exit(1)


def adopt_orphans() -> None:
    """Whoever loses its parent among our descendants becomes our child."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def give_up_privileges() -> None:
    """For good: neither this process nor what it starts has any, nor gets some from a program.

    It only matters to those who run workers as root.
    """
    if sys.platform == "linux":
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)
        header = (ctypes.c_uint32 * 2)(_CAPABILITIES_OF_64_BITS, 0)
        call("capset", header, (ctypes.c_uint32 * 6)())


def children() -> list[int]:
    """Of this process, dead ones that nobody waited for included; nothing where /proc is not."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children") as file:  # noqa: PTH123, asked often
            return [int(pid) for pid in file.read().split()]
    except FileNotFoundError:
        return []


def call(name: str, *arguments: object) -> int:
    """A function of the C library. Raises OSError where it fails."""
    result = int(getattr(_libc, name)(*arguments))
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        call("prctl", option, ctypes.c_ulong(value), *(ctypes.c_ulong(0),) * 3)
