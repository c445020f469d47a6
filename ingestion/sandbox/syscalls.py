"""Denies a parser some system calls, even if a file has taken it over. Programs it starts inherit
this.

There is no network, and no way to the services of the same machine: Postgres and Redis may listen
at a path, and trust any process that reaches it. Pairs of sockets are pipes and stay. Other
processes cannot be inspected or changed, and only the system calls of ordinary programs stay.
"""

import errno
import os
import socket
from typing import Any

# io_uring opens sockets without asking; the rest is of debuggers, administrators and containers.
_DENIED = (
    *("socket", "socketcall"),
    *("io_uring_setup", "io_uring_enter", "io_uring_register"),
    *("ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_open"),
    *("pidfd_getfd",),
    *("pidfd_send_signal", "rt_sigqueueinfo", "rt_tgsigqueueinfo"),
    *("mount", "umount2", "move_mount", "mount_setattr", "fsopen", "fsconfig", "fsmount"),
    *("fspick", "open_tree", "pivot_root"),
    *("chroot", "unshare", "setns", "quotactl", "quotactl_fd", "swapon", "swapoff"),
    *("bpf", "perf_event_open", "userfaultfd", "keyctl", "add_key", "request_key"),
    *("init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot"),
    *("acct",),
    *("settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "sethostname"),
    *("setdomainname",),
    *("iopl", "ioperm", "modify_ldt", "syslog", "vhangup", "personality"),
    *("name_to_handle_at", "open_by_handle_at", "fanotify_init", "lookup_dcookie"),
)
_NEW_NAMESPACES = 0x7E020000  # CLONE_NEW*: a user namespace would give back all privileges
_KIND = 0xF  # of a socket; the other bits are flags
_LARGEST_PID = 2**31 - 1
_UNKNOWN = -1


def deny_for_good(seccomp: Any) -> None:
    """Deny them to this process and all it will start. `seccomp` is pyseccomp."""
    rules = seccomp.SyscallFilter(seccomp.ALLOW)
    for name in _DENIED:
        _deny(rules, seccomp, name)
    arg = seccomp.Arg
    for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):  # of a pair too, these may write to others
        _deny(rules, seccomp, "socketpair", arg(1, seccomp.MASKED_EQ, _KIND, kind))
    _deny(rules, seccomp, "prlimit64", arg(0, seccomp.NE, 0))  # of others
    for bit in (1 << place for place in range(32) if _NEW_NAMESPACES >> place & 1):
        _deny(rules, seccomp, "clone", arg(0, seccomp.MASKED_EQ, bit, bit))
    # Its flags lie in memory, where a filter cannot look. Programs then use clone.
    _deny(rules, seccomp, "clone3", error=errno.ENOSYS)
    rules.load()


def deny_signals(seccomp: Any, pid: int) -> None:
    """Deny this process, which is `pid`, signals to its parent, to all older ones, and to groups.

    What is younger may be a program that it started and has to stop. Numbers begin again some day,
    so some that seem to be younger are not: Landlock, where it can, is exact.
    """
    rules = seccomp.SyscallFilter(seccomp.ALLOW)
    for name in ("kill", "tkill", "tgkill"):
        _deny(rules, seccomp, name, seccomp.Arg(0, seccomp.EQ, os.getppid()))
        _deny(rules, seccomp, name, seccomp.Arg(0, seccomp.LT, pid))
        _deny(rules, seccomp, name, seccomp.Arg(0, seccomp.GT, _LARGEST_PID))  # it is negative
    rules.load()


def _deny(rules: Any, seccomp: Any, name: str, *conditions: Any, error: int = errno.EPERM) -> None:
    if seccomp.resolve_syscall(seccomp.Arch.NATIVE, name) != _UNKNOWN:  # to an older libseccomp
        rules.add_rule(seccomp.ERRNO(error), name, *conditions)
