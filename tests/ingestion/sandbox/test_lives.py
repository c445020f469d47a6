"""The lives of worker, zygote and child: each ends with its parent, and nothing is left behind."""

import gc
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import billiard
import psutil
import pytest

from ingestion.chunking import Chunk
from ingestion.last_errors import IngestionError
from ingestion.sandbox import get_sandbox
from ingestion.sandbox.host import Sandbox
from ingestion.sandbox.process import SandboxLost
from ingestion.sandbox.reader import Reader
from ingestion.sandbox.validation import ParserBug
from tests.ingestion.sandbox.conftest import GENEROUS
from tests.ingestion.sandboxed import sandboxed

MISBEHAVING = "tests.ingestion.sandbox.misbehaving"


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Use an empty directory for temporary files."""
    path = tmp_path / "temporary"
    path.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(path))
    monkeypatch.setenv("TMPDIR", str(path))
    return path


@pytest.fixture(autouse=True)
def no_other_zygote(programs: None) -> None:
    """Stop the zygote that other tests may have left; it starts again when needed."""
    get_sandbox().stop()


@pytest.fixture
def own() -> Iterator[Sandbox]:
    """Make a sandbox that no other test has used."""
    made = Sandbox(GENEROUS, program=MISBEHAVING)
    yield made
    made.stop()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_text("the text")
    return path


def read(sandbox: Sandbox, file: Path, action: str = "echo") -> Generator[Chunk, None, None]:
    return sandboxed(sandbox, file, action)


def texts(sandbox: Sandbox, file: Path) -> list[str]:
    return [chunk.text for chunk in read(sandbox, file)]


def zygotes() -> list[psutil.Process]:
    """Return the zygotes of this process; others of its children are servers."""
    return [
        child for child in psutil.Process().children() if "sandbox" in " ".join(child.cmdline())
    ]


def only_zygote() -> psutil.Process:
    [zygote] = zygotes()
    return zygote


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid)


def is_empty(directory: Path) -> bool:
    return not list(directory.iterdir())


def test_one_zygote_serves_file_after_file(own: Sandbox, file: Path):
    texts(own, file)
    zygote = only_zygote().pid

    for _ in range(5):
        assert texts(own, file) == ["the text"]

    assert only_zygote().pid == zygote


def test_files_of_one_owner_share_a_process_until_one_is_refused(own: Sandbox, tmp_path: Path):
    paths = [tmp_path / str(number) for number in range(6)]
    for path in paths:
        path.write_text(path.name)
    pids, found = [], []

    with own.reader(paths) as reader:
        for path, action in zip(
            paths, ["echo", "echo", "refuse", "echo", "segfault", "echo"], strict=True
        ):
            try:
                for chunk in reader.chunks(path, action, max_tokens=800, overlap_tokens=400):
                    found.append(chunk.text)
                    pids += [child.pid for child in only_zygote().children()]
            except IngestionError as error:
                found.append(type(error).__name__)

    assert found == ["0", "1", "EncryptedFile", "3", "ParserCrashed", "5"]
    assert [pids.index(pid) for pid in pids] == [0, 0, 2, 3]
    wait_until(lambda: not only_zygote().children())


def test_a_file_that_was_not_named_cannot_be_read(own: Sandbox, file: Path, tmp_path: Path):
    (other := tmp_path / "other").write_text("of somebody else")

    with own.reader([file]) as reader:
        assert [chunk.text for chunk in chunks_of(reader, file)] == ["the text"]
        with pytest.raises(ParserBug) as bug:
            list(chunks_of(reader, other))

    assert "PermissionError" in str(bug.value.__cause__)


def chunks_of(reader: Reader, path: Path) -> Generator[Chunk, None, None]:
    return reader.chunks(path, "echo", max_tokens=800, overlap_tokens=400)


def test_two_hundred_files_leave_nothing_behind(own: Sandbox, file: Path, temporary: Path):
    texts(own, file)
    zygote = only_zygote()
    before = psutil.Process().num_fds(), zygote.num_fds()

    for _ in range(200):
        texts(own, file)

    wait_until(lambda: not zygote.children() and is_empty(temporary))
    assert (psutil.Process().num_fds(), zygote.num_fds()) == before
    assert zygote.num_threads() == 1


def test_a_stopped_sandbox_leaves_nothing(own: Sandbox, file: Path):
    chunks = read(own, file, "begin_and_sleep")
    next(chunks)
    zygote = only_zygote()
    [child] = zygote.children()

    own.stop()

    assert gone(zygote.pid)
    wait_until(lambda: gone(child.pid))
    chunks.close()
    assert texts(own, file) == ["the text"]


@pytest.mark.parametrize("how", ["close", "drop", "error"])
def test_abandoning_a_file_ends_the_child_but_not_the_zygote(
    own: Sandbox, file: Path, temporary: Path, how: str
):
    chunks = read(own, file, "begin_and_sleep")
    next(chunks)
    zygote = only_zygote()
    [child] = zygote.children()

    if how == "close":
        chunks.close()
    elif how == "drop":
        del chunks
        gc.collect()
    else:
        with pytest.raises(ZeroDivisionError):
            chunks.throw(ZeroDivisionError)

    wait_until(lambda: gone(child.pid))
    assert texts(own, file) == ["the text"]
    assert only_zygote().pid == zygote.pid
    wait_until(lambda: not zygote.children() and is_empty(temporary))


def test_a_worker_need_not_wait_for_a_silent_file(own: Sandbox, file: Path, temporary: Path):
    def check() -> None:
        asked.append(time.monotonic())
        if len(asked) == 2:
            raise KeyboardInterrupt

    asked: list[float] = []
    with pytest.raises(KeyboardInterrupt):
        list(sandboxed(own, file, "sleep", check=check))

    wait_until(lambda: not only_zygote().children() and is_empty(temporary))


def test_programs_that_a_parser_started_end_with_it(own: Sandbox, file: Path):
    chunks = read(own, file, "leave_programs")
    program = int(next(chunks).text.split()[0])
    zygote = only_zygote()
    started = {each.pid for each in zygote.children(recursive=True)}
    assert len(started) == 3  # the child, the program, and one whose parent is gone
    assert program in started

    chunks.close()

    wait_until(lambda: all(map(gone, started)))


def test_a_zygote_that_was_killed_between_files_is_replaced(own: Sandbox, file: Path):
    texts(own, file)
    killed = only_zygote()
    killed.kill()

    assert texts(own, file) == ["the text"]

    assert only_zygote().pid != killed.pid


def test_killing_the_zygote_ends_its_child_and_does_not_blame_the_file(
    own: Sandbox, file: Path, temporary: Path
):
    chunks = read(own, file, "leave_programs")
    program = int(next(chunks).text.split()[0])
    zygote = only_zygote()
    [child] = [each for each in zygote.children() if "misbehaving" in str(each.cmdline())]
    [stray] = [each for each in zygote.children() if each != child]

    zygote.kill()
    with pytest.raises(SandboxLost, match="The process that parses has ended"):
        list(chunks)

    wait_until(lambda: gone(child.pid) and gone(program) and is_empty(temporary))
    assert texts(own, file) == ["the text"]
    stray.kill()  # since it made its own session, which none of our readers does


def test_a_zygote_that_is_found_dead_leaves_nothing_behind(
    own: Sandbox, file: Path, temporary: Path
):
    chunks = read(own, file, "leave_programs")
    program = int(next(chunks).text.split()[0])
    zygote = only_zygote()
    [stray] = [each for each in zygote.children() if "misbehaving" not in str(each.cmdline())]

    zygote.kill()
    wait_until(lambda: zygote.status() == psutil.STATUS_ZOMBIE)
    own.start()

    wait_until(lambda: gone(program) and is_empty(temporary))
    assert texts(own, file) == ["the text"]
    with pytest.raises(SandboxLost, match="It was stopped"):
        list(chunks)
    stray.kill()


def test_the_zygote_survives_if_a_childs_directory_cannot_be_made(
    own: Sandbox, file: Path, temporary: Path
):
    texts(own, file)
    zygote = only_zygote()
    wait_until(lambda: is_empty(temporary))
    before = psutil.Process().num_fds(), zygote.num_fds()

    temporary.rmdir()
    for _ in range(3):
        with pytest.raises(FileNotFoundError) as raised:
            texts(own, file)
    assert (psutil.Process().num_fds(), zygote.num_fds()) == before
    temporary.mkdir()

    assert raised.value.strerror == "No such file or directory"
    assert texts(own, file) == ["the text"]
    assert only_zygote().pid == zygote.pid


def test_a_child_that_is_killed_is_not_blamed_on_the_file(own: Sandbox, file: Path):
    chunks = read(own, file, "begin_and_sleep")
    next(chunks)
    [child] = only_zygote().children()

    child.kill()

    with pytest.raises(SandboxLost, match="A parser was ended by SIGKILL"):
        list(chunks)
    assert texts(own, file) == ["the text"]


def test_a_zygote_that_cannot_start_is_lost(file: Path):
    sandbox = Sandbox(GENEROUS, program="tests.ingestion.sandbox.nowhere")

    with pytest.raises(SandboxLost):
        texts(sandbox, file)

    assert zygotes() == []


WORKER = """
import sys
from pathlib import Path
from ingestion.sandbox.host import Sandbox
from ingestion.sandbox.confinement import Limits
from tests.ingestion.sandboxed import sandboxed

sandbox = Sandbox(Limits(2**29, 60, 30), program="tests.ingestion.sandbox.misbehaving")
chunks = sandboxed(sandbox, Path(sys.argv[1]), "leave_programs")
print(next(chunks).start, flush=True)
for _ in chunks: pass
"""


def test_a_worker_that_is_killed_leaves_nothing(file: Path, temporary: Path):
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", WORKER, str(file)]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout and worker.stdout.readline() == "0\n"
        started = psutil.Process(worker.pid).children(recursive=True)
        assert len(started) == 4

        worker.kill()

    wait_until(lambda: all(gone(each.pid) for each in started) and is_empty(temporary))


def test_signals_meant_for_the_worker_do_not_end_a_file(own: Sandbox, file: Path):
    chunks = read(own, file, "slow")
    found = [next(chunks)]
    zygote = only_zygote()
    assert os.getsid(zygote.pid) != os.getsid(0)

    for process in (zygote, *zygote.children()):
        for sent in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            process.send_signal(sent)
    found += chunks

    assert found[-1].text.endswith("more ")
    assert only_zygote().pid == zygote.pid


def test_threads_share_one_zygote(own: Sandbox, file: Path):
    results: list[list[str]] = []
    threads = [threading.Thread(target=lambda: results.append(texts(own, file))) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results == [["the text"]] * 8
    assert len(zygotes()) == 1


def test_files_can_be_read_in_parallel(own: Sandbox, file: Path):
    first, second = read(own, file, "slow"), read(own, file, "slow")

    pairs = list(zip(islice(first, 5), islice(second, 5), strict=True))

    assert all(one == other for one, other in pairs)
    first.close()
    assert len(list(second)) > 5


def in_a_copy(work: Callable[[], str]) -> str:
    """Do the work in a forked copy of this process, and return its result."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if not pid:
        try:
            theirs.sendall(work().encode())
        finally:
            os._exit(0)
    theirs.close()
    with ours:
        said = ours.makefile().read()
    os.waitpid(pid, 0)
    return said


# Python warns of forking where other threads run, as Celery's workers do.
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_copy_starts_its_own_zygote(own: Sandbox, file: Path):
    texts(own, file)
    zygote = only_zygote().pid

    said = in_a_copy(lambda: f"{texts(own, file)} {only_zygote().pid}")

    text, _, other = said.rpartition(" ")
    assert text == "['the text']"
    assert int(other) != zygote
    assert texts(own, file) == ["the text"]
    assert only_zygote().pid == zygote


def test_a_forked_copy_does_not_disturb_a_file_in_progress(own: Sandbox, file: Path):
    chunks = read(own, file, "slow")
    found = [next(chunks)]

    assert in_a_copy(lambda: str(chunks.close())) == "None"
    found += chunks

    assert len(found) > 6


def a_pool_process(connection: socket.socket, file: Path) -> None:
    sandbox = Sandbox(GENEROUS, program=MISBEHAVING)
    connection.sendall(str(texts(sandbox, file)).encode())
    sandbox.stop()


def test_celerys_daemonic_processes_may_start_a_zygote(file: Path):
    ours, theirs = socket.socketpair()
    process = billiard.Process(target=a_pool_process, args=(theirs, file), daemon=True)

    process.start()
    theirs.close()

    with ours:
        assert ours.makefile().read() == "['the text']"
    process.join()


def test_a_sandbox_can_be_started_before_the_first_file(own: Sandbox, file: Path):
    own.start()
    zygote = only_zygote().pid

    assert texts(own, file) == ["the text"]
    assert only_zygote().pid == zygote


def test_changed_limits_apply_to_the_next_file(own: Sandbox, file: Path):
    own.limits = replace(GENEROUS, output_bytes=1)

    with pytest.raises(Exception, match="too large"):
        texts(own, file)
    own.limits = GENEROUS
    assert texts(own, file) == ["the text"]
