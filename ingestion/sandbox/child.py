"""Reads files one after the other, in a process that may be killed at any moment."""

import errno
import logging
import os
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from ingestion.chunking import chunks
from ingestion.file_warnings import WarningFilter
from ingestion.last_errors import FileTooLarge, IngestionError, ParserExhausted
from ingestion.parsing import Parser
from ingestion.parsing.sections import Section
from ingestion.sandbox import confinement, frames

Read = Callable[[Path, str, Parser], Iterable[Section]]

HEARTBEAT = 1.0  # seconds
DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
MOST_REMARKS = 20
LONGEST_REMARK = 1_000  # characters
_LONGEST_TRACE = 20_000  # characters, because that of a recursion is endless


@dataclass(frozen=True)
class Task:
    path: str
    filename: str
    max_tokens: int
    overlap_tokens: int
    parser: Parser = "native"


def work_on_tasks(read: Read, tasks: int, output: int, confine: Callable[[], None]) -> None:
    """Take tasks from the pipe `tasks`. For each, write the chunks and the outcome of its file to
    the pipe `output`. After an error, take no other task."""
    with _ErrorReport(output):
        logging.getLogger("ingestion").addHandler(_RemarkHandler(output))
        confine()
        while True:
            # The only place to expect it, because an EOFError of a parser is a bug to report.
            try:
                task = Task(**frames.read(tasks))
            except EOFError:  # the worker has no more tasks, or is gone
                return
            sections = read(Path(task.path), task.filename, task.parser)
            for chunk in chunks(
                _with_text(_with_heartbeat(sections, output), output),
                max_tokens=task.max_tokens,
                overlap_tokens=task.overlap_tokens,
            ):
                fields = [chunk.text, chunk.start, chunk.tokens, chunk.page, chunk.heading]
                _write(output, fields)
            _write(output, {"done": True})


def _with_heartbeat(sections: Iterable[Section], output: int) -> Iterator[Section]:
    """Yield the sections, and write a heartbeat now and then, because a scanned page takes seconds
    and a chunk may take many pages."""
    last = time.monotonic()
    for section in sections:
        if time.monotonic() > last + HEARTBEAT:
            _write(output, {"alive": True})
            last = time.monotonic()
        yield section


def _with_text(sections: Iterable[Section], output: int) -> Iterator[Section]:
    """Yield the sections that have a text. Write the warnings that the others carry."""
    new = WarningFilter().new
    for section in sections:
        if section.warning is None:
            yield section
            continue
        for warning in new(section.warning):
            _write(output, {"warning": warning.code, "message": _encodable(warning.message)})


class _ErrorReport:
    """Writes every error, also one that is no `Exception`, such as a panic in Rust."""

    def __init__(self, output: int) -> None:
        self._output = output

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if error:
            confinement.use_reserve()
            with suppress(BrokenPipeError):  # because the worker has gone
                _write(self._output, _ending(error))
        return True


class _RemarkHandler(logging.Handler):
    """Writes a limited number of our readers' log lines, for the worker's log."""

    def __init__(self, output: int) -> None:
        super().__init__(logging.WARNING)
        self._output = output
        self._left = MOST_REMARKS

    def emit(self, record: logging.LogRecord) -> None:
        if self._left:
            self._left -= 1
            _write(self._output, {"remark": record.getMessage()[:LONGEST_REMARK]})


def _ending(error: BaseException) -> dict[str, str | int | None]:
    """Return the message for an error; `validation.error_from_message` makes one of it again."""
    if isinstance(error, IngestionError):
        cause = error.__cause__
        return {
            "refused": type(error).__name__,
            "advice": error.args[0],
            "cause": _trace(cause) if cause else None,
        }
    if refusal := _limit_reached(error):
        return {**_ending(refusal), "cause": _trace(error)}
    if isinstance(error, OSError) and error.errno in DISK_FULL:
        return {"disk": error.errno}
    return {"bug": _trace(error)}


def _limit_reached(error: BaseException) -> IngestionError | None:
    if isinstance(error, MemoryError):
        return ParserExhausted()
    if isinstance(error, RecursionError):
        return ParserExhausted(
            "It nests deeper than any document needs to: upload its text, or save it again from"
            " the program that made it."
        )
    if isinstance(error, OSError) and error.errno == errno.EFBIG:
        return FileTooLarge("It unpacks to more than we read: split it, or upload its text.")
    if isinstance(error, OSError) and error.errno == errno.EMFILE:
        return ParserExhausted("It is made of too many files: upload those one by one.")
    return None


def _encodable(text: str) -> str:
    """Replace lone surrogates and NUL, since a name of an attachment may have them."""
    return text.replace("\0", "?").encode(errors="replace").decode()


def _trace(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))[-_LONGEST_TRACE:]


def _write(output: int, message: object) -> None:
    data = memoryview(frames.encode(message))
    while data:
        data = data[os.write(output, data) :]
