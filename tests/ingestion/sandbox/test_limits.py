"""Each limit is hit by a process that does what it forbids. It costs that file, and no other."""

import errno
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.last_errors import (
    FileTooLarge,
    IngestionError,
    ParserCrashed,
    ParserExhausted,
    ParserTimedOut,
)
from ingestion.sandbox.process import SandboxLost
from ingestion.sandbox.validation import ParserBug
from tests.ingestion.sandbox.conftest import Do

MEMORY = (
    "The file could not be parsed. Reading it takes more memory than a file may: split it into"
    " smaller files, or upload its text."
)
TIME = (
    "The file could not be parsed. Reading it takes longer than a file may: split it into"
    " smaller files, or upload its text."
)
CRASH = (
    "The file could not be parsed. It makes the program that reads it crash: open it in the"
    " program that made it, save it again and upload the new copy, or upload its text."
)
TOO_LARGE = (
    "The file could not be parsed because it is too large. Split it into smaller files and upload"
    " those."
)


@pytest.fixture(autouse=True)
def and_the_next_file_is_read(do: Do) -> Iterator[None]:
    yield
    assert [chunk.text for chunk in do("echo", "the next")] == ["the next"]


@pytest.mark.parametrize(
    ("action", "limits", "error", "message"),
    [
        ("allocate", {"memory_bytes": 300 * 1024**2}, ParserExhausted, MEMORY),
        ("allocate_and_abort", {"memory_bytes": 300 * 1024**2}, ParserExhausted, MEMORY),
        ("spin", {"cpu_seconds": 1}, ParserTimedOut, TIME),
        ("spin_on", {"cpu_seconds": 1}, ParserTimedOut, TIME),
        ("sleep", {"silence_seconds": 0.5}, ParserTimedOut, TIME),
        ("dribble", {"silence_seconds": 0.5}, ParserTimedOut, TIME),
        ("endless", {"output_bytes": 1_000_000}, FileTooLarge, TOO_LARGE),
        ("segfault", {}, ParserCrashed, CRASH),
        ("abort", {}, ParserCrashed, CRASH),
        ("leave", {}, ParserCrashed, CRASH),
        (
            "nest",
            {},
            ParserExhausted,
            "The file could not be parsed. It nests deeper than any document needs to: upload its"
            " text, or save it again from the program that made it.",
        ),
        (
            "open_files",
            {"open_files": 100},
            ParserExhausted,
            "The file could not be parsed. It is made of too many files: upload those one by one.",
        ),
        (
            "write_a_large_file",
            {"written_bytes": 50_000_000},
            FileTooLarge,
            "The file could not be parsed because it is too large. It unpacks to more than we read:"
            " split it, or upload its text.",
        ),
    ],
)
def test_a_file_that_takes_too_much_is_invalid(
    do: Do, action: str, limits: dict[str, float], error: type[IngestionError], message: str
):
    with pytest.raises(error) as refused:
        list(do(action, **limits))

    assert type(refused.value) is error
    assert (refused.value.code, str(refused.value)) == ("invalid_file", message)


def test_an_endless_document_is_too_large(do: Do):
    with pytest.raises(FileTooLarge, match="more than 5,000,000 tokens"):
        for _ in do("endless"):
            pass


def test_waiting_for_the_worker_does_not_count_as_silence(do: Do):
    chunks = do("begin_and_sleep", silence_seconds=1.0)
    found = [next(chunks) for _ in range(5)]

    time.sleep(1.5)
    found += [next(chunks) for _ in range(100)]

    assert len(found) == 105
    chunks.close()


def test_time_is_counted_from_one_chunk_to_the_next(do: Do):
    assert len(list(do("slow", silence_seconds=1.2))) > 6


def test_pages_without_a_chunk_yet_do_not_count_as_silence(do: Do):
    [chunk] = do("scan", silence_seconds=2)

    assert chunk.text == "\n\n".join(f"page {number}" for number in range(6))


def test_a_file_is_not_blamed_if_others_killed_its_child(do: Do):
    with pytest.raises(SandboxLost, match="ended by SIGKILL"):
        list(do("be_killed"))


def test_a_silent_child_is_ended(do: Do):
    with pytest.raises(SandboxLost, match="ended by SIGKILL"):
        list(do("stay_silent"))


@pytest.mark.parametrize("action", ["stumble", "panic", "meet_the_end"])
def test_a_bug_is_ours_and_its_traceback_is_kept(do: Do, action: str):
    with pytest.raises(ParserBug) as bug:
        list(do(action))

    trace = str(bug.value.__cause__)
    assert "Traceback (most recent call last)" in trace
    assert 'misbehaving.py", line' in trace
    assert f"in {action}" in trace
    assert all(line.startswith("    | ") for line in trace.splitlines()[1:])


def test_a_file_that_is_gone_is_no_fault_of_its_own(do: Do, tmp_path: Path):
    chunks = do("echo", "text")
    (tmp_path / "file").unlink()

    with pytest.raises(ParserBug) as bug:
        list(chunks)

    assert "FileNotFoundError" in str(bug.value.__cause__)


@pytest.mark.parametrize(
    ("action", "code"), [("fill_the_disk", errno.ENOSPC), ("exceed_the_quota", errno.EDQUOT)]
)
def test_a_full_disk_is_not_blamed_on_the_file(do: Do, action: str, code: int):
    with pytest.raises(OSError, match=os.strerror(code)) as raised:
        list(do(action))

    assert (raised.value.errno, raised.value.strerror) == (code, os.strerror(code))


def test_readers_warnings_reach_the_workers_log_in_limited_number(
    do: Do, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    [chunk] = do("complain")

    assert chunk.text == '"read all the same"'
    assert len(caplog.messages) == 20
    assert caplog.messages[0] == f"While {tmp_path / 'file'} was read: 'Page 0 is\\nodd.'"
