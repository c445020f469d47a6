"""Calls of Linux that Python has no name for. Elsewhere they do nothing."""

import ctypes
import os
import sys
from signal import SIGKILL

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 1, 36, 38
_CAPABILITIES_OF_64_BITS = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(parent: int) -> None:
    """End this process when `parent` ends, which has just forked it and has a single thread."""
    _prctl(_PR_SET_PDEATHSIG, SIGKILL)
    if os.getppid() != parent:  # it died before the call
        os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of each of our descendants that loses its own."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def give_up_privileges() -> None:
    """Give them up for good. What this process starts has none either, nor do programs give any.

    It only matters where workers run as root.
    """
    if sys.platform == "linux":
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)
        header = (ctypes.c_uint32 * 2)(_CAPABILITIES_OF_64_BITS, 0)
        call("capset", header, (ctypes.c_uint32 * 6)())


def children() -> list[int]:
    """Return this process's children, including dead ones that are not reaped; [] without /proc."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children") as file:  # noqa: PTH123, called often
            return [int(pid) for pid in file.read().split()]
    except FileNotFoundError:
        return []


def call(name: str, *arguments: object) -> int:
    """Call a function of the C library. Raises OSError where it fails."""
    result = int(getattr(_libc, name)(*arguments))
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        call("prctl", option, ctypes.c_ulong(value), *(ctypes.c_ulong(0),) * 3)
