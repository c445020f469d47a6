"""A zygote whose children do what the name of their file says, in place of reading it.

    python -m tests.ingestion.sandbox.misbehaving DESCRIPTOR

They run under the same limits as any parser. What they find out is the text of their only section.
"""

import ctypes
import errno
import json
import logging
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from fcntl import F_GETFL, fcntl
from itertools import repeat
from pathlib import Path

from ingestion.last_errors import EncryptedFile
from ingestion.parsing.sections import Section, WarningCode, warn
from ingestion.sandbox import zygote

WORDS = "some words and more "
Action = Callable[[Path], Iterable[Section]]
ACTIONS: dict[str, Action] = {}
READ: list[str] = []  # by this process


def action(function: Action) -> Action:
    ACTIONS[function.__name__] = function
    return function


def read(path: Path, filename: str, parser: str) -> Iterable[Section]:
    READ.append(filename)
    return echo(path) if parser == "fallback" else ACTIONS[filename](path)


def told(facts: object) -> list[Section]:
    return [Section(json.dumps(facts))]


def refused(attempt: Callable[..., object]) -> str:
    """Return the name of the OSError that it raises, or `done`."""
    try:
        attempt()
    except OSError as error:
        return type(error).__name__
    return "done"


def output() -> int:
    """Return the pipe to the worker, which parsers are not given."""
    pipes = [number for number in descriptors() if number > 2]
    [pipe] = [number for number in pipes if fcntl(number, F_GETFL) & os.O_WRONLY]
    return pipe


def descriptors() -> list[int]:
    paths = list(Path("/proc/self/fd").iterdir())
    return sorted(int(path.name) for path in paths if path.is_symlink())  # and not closed by now


@action
def echo(path: Path) -> Iterable[Section]:
    return [Section(path.read_text())]


@action
def warn_in_the_middle(path: Path) -> Iterable[Section]:
    yield Section("Before. ")
    yield warn(WarningCode.ATTACHMENTS_NOT_READ, "attachment a\ud800\0.zip was not read")
    yield Section("After.", continues=True)


@action
def refuse(path: Path) -> Iterable[Section]:
    try:
        raise KeyError("the library's own words")
    except KeyError as error:
        raise EncryptedFile("It has two passwords.") from error


@action
def stumble(path: Path) -> Iterable[Section]:
    yield Section(WORDS * 2000)
    raise KeyError("a bug of ours")


@action
def trip(path: Path) -> Iterator[Section]:
    """Fail after some of the file was read."""
    yield Section("more than a chunk holds " * 1000)
    raise KeyError("a bug of ours")


@action
def meet_the_end(path: Path) -> Iterable[Section]:
    raise EOFError("Compressed file ended before the end-of-stream marker was reached")


@action
def complain(path: Path) -> Iterable[Section]:
    for number in range(100):
        logging.getLogger("ingestion.parsing").warning("Page %d is\nodd.", number)
    logging.getLogger("a library").warning("The file says: send money.")
    return told("read all the same")


@action
def panic(path: Path) -> Iterable[Section]:
    raise BaseException("what Rust calls a panic")


@action
def endless(path: Path) -> Iterator[Section]:
    return repeat(Section(WORDS * 1000, continues=True))


@action
def slow(path: Path) -> Iterator[Section]:
    """Yield a chunk each quarter of a second."""
    for _ in range(6):
        yield Section(WORDS * 20_000)
        time.sleep(0.25)


@action
def scan(path: Path) -> Iterator[Section]:
    """Yield slow pages with too little text for a chunk."""
    for number in range(6):
        time.sleep(0.6)
        yield Section(f"page {number}")


@action
def last(path: Path) -> Iterable[Section]:
    """Run out of memory if this process has read another file before."""
    if len(READ) > 1:
        raise MemoryError
    return echo(path)


@action
def sleep(path: Path) -> Iterator[Section]:
    time.sleep(1000)
    yield Section("awake")


@action
def begin_and_sleep(path: Path) -> Iterator[Section]:
    yield Section(WORDS * 50_000)
    time.sleep(1000)


@action
def leave_programs(path: Path) -> Iterator[Section]:
    """Start a program, and one whose parent is gone. The first chunk has the first one's id."""
    script = "import os, time\nif os.fork(): os._exit(0)\nos.setsid()\ntime.sleep(1000)"
    subprocess.run([sys.executable, "-c", script], check=True)
    program = subprocess.Popen(["sleep", "1000"])
    yield Section(f"{program.pid} " + "filling " * 200_000)
    time.sleep(1000)


@action
def dribble(path: Path) -> Iterable[Section]:
    """Write a message that never ends."""
    os.write(output(), bytes([0, 0, 255, 255]))
    while True:
        os.write(output(), b" ")
        time.sleep(0.1)


@action
def write_what_the_file_says(path: Path) -> Iterable[Section]:
    os.write(output(), path.read_bytes())
    os._exit(0)


@action
def allocate(path: Path) -> Iterable[Section]:
    held = []
    while True:
        held.append(bytearray(1024**2))


@action
def allocate_and_abort(path: Path) -> Iterable[Section]:
    held = []
    try:
        while True:
            held.append(bytearray(1024**2))
    except MemoryError:
        os.abort()


@action
def spin(path: Path) -> Iterable[Section]:
    while True:
        pass


@action
def spin_on(path: Path) -> Iterable[Section]:
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    while True:
        pass


@action
def nest(path: Path) -> Iterable[Section]:
    def deeper() -> None:
        deeper()

    deeper()
    return []


@action
def open_files(path: Path) -> Iterable[Section]:
    held = [path.open() for _ in range(10_000)]
    return told(len(held))


@action
def write_a_large_file(path: Path) -> Iterable[Section]:
    with tempfile.NamedTemporaryFile(delete=False) as file:
        while True:
            file.write(bytes(1024**2))


@action
def fill_the_disk(path: Path) -> Iterable[Section]:
    raise OSError(errno.ENOSPC, "what the kernel says, and more", path)


@action
def exceed_the_quota(path: Path) -> Iterable[Section]:
    raise OSError(errno.EDQUOT, "what the kernel says, and more", path)


@action
def segfault(path: Path) -> Iterable[Section]:
    ctypes.string_at(0)
    return []


@action
def abort(path: Path) -> Iterable[Section]:
    os.abort()


@action
def leave(path: Path) -> Iterable[Section]:
    os._exit(3)


@action
def be_killed(path: Path) -> Iterable[Section]:
    os.kill(os.getpid(), signal.SIGKILL)
    return []


@action
def stay_silent(path: Path) -> Iterable[Section]:
    """Close the pipe and live on."""
    os.close(output())
    time.sleep(1000)
    return []


@action
def network(path: Path) -> Iterable[Section]:
    families = {"AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET", "AF_UNIX", "AF_VSOCK"}
    numbers = {name: getattr(socket, name) for name in families}
    tried = {name: refused(lambda f=number: socket.socket(f)) for name, number in numbers.items()}
    script = "import socket; socket.create_connection(('127.0.0.1', 9))"
    program = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    return told({**tried, "program": program.stderr.splitlines()[-1]})


@action
def pairs(path: Path) -> Iterable[Section]:
    """Make pairs of sockets. One for datagrams may also write to whatever listens at a path."""
    kinds = {"SOCK_STREAM", "SOCK_SEQPACKET", "SOCK_DGRAM", "SOCK_RAW"}
    numbers = {name: getattr(socket, name) for name in kinds}
    return told(
        {
            name: refused(lambda kind=number: socket.socketpair(socket.AF_UNIX, kind))
            for name, number in numbers.items()
        }
    )


@action
def syscalls(path: Path) -> Iterable[Section]:
    """Try system calls by their numbers on x86-64."""
    libc = ctypes.CDLL(None, use_errno=True)
    numbers = {"ptrace": 101, "process_vm_readv": 310, "mount": 165, "unshare": 272, "bpf": 321}
    numbers |= {"setns": 308, "io_uring_setup": 425, "keyctl": 250, "perf_event_open": 298}

    def error(number: int) -> str:
        # What it says without a filter: "Bad address", "Invalid argument".
        result = libc.syscall(number, 0x10000000, 0, 0, 0, 0)
        return os.strerror(ctypes.get_errno()) if result < 0 else "done"

    return told({name: error(number) for name, number in numbers.items()})


@action
def look_around(path: Path) -> Iterable[Section]:
    status = Path("/proc/self/status").read_text()
    limits = {name: resource.getrlimit(getattr(resource, name)) for name in ("RLIMIT_CORE",)}
    return told(
        {
            "environment": dict(os.environ),
            "first environment": Path("/proc/self/environ").read_text(),
            "descriptors": descriptors(),
            "status": dict(line.split(":\t", 1) for line in status.splitlines()),
            "limits": limits,
            "directory": str(Path.cwd()),
            "modules": sorted(sys.modules),
            "ids": [os.getpid(), os.getppid(), os.getpgid(0)],
        }
    )


@action
def reach_out(path: Path) -> Iterable[Section]:
    """Try what the file says line by line: to reach other files and processes."""
    results = {}
    for line in path.read_text().splitlines():
        what, target = line.split(" ", 1)
        match what:
            case "read":
                results[line] = refused(Path(target).read_bytes)
            case "write":
                results[line] = refused(lambda name=target: Path(name).write_text("was here"))
            case "list":
                results[line] = refused(lambda name=target: list(Path(name).iterdir()))
            case "signal":
                results[line] = refused(lambda pid=target: os.kill(int(pid), 0))
    return told(results)


@action
def stop_a_program(path: Path) -> Iterable[Section]:
    try:
        subprocess.run(["sleep", "1000"], timeout=0.1)
    except subprocess.TimeoutExpired:
        return told("stopped")
    return told("ran")


@action
def write_in_its_directory(path: Path) -> Iterable[Section]:
    with tempfile.NamedTemporaryFile("w+", delete=False) as file:
        file.write("kept")
    Path("more").mkdir()
    Path("more", "link").symlink_to("/")
    return told([file.name, Path(file.name).read_text(), str(Path.cwd())])


if __name__ == "__main__":
    zygote.main(read)
