"""Hands a child the task of reading a file, and takes the chunks that come back."""

import logging
import os
from collections.abc import Callable, Generator
from contextlib import suppress
from pathlib import Path
from threading import RLock
from typing import Any, NotRequired, TypedDict, Unpack

from ingestion.chunking import Chunk
from ingestion.file_warnings import FileWarning
from ingestion.last_errors import ParserCrashed
from ingestion.sandbox import frames
from ingestion.sandbox.confinement import Limits
from ingestion.sandbox.frames import Garbled, Listener
from ingestion.sandbox.process import SandboxLost, ZygoteProcess
from ingestion.sandbox.validation import Validator, error_from_exit, error_from_message

log = logging.getLogger(__name__)


class Options(TypedDict):
    """Options of reading a file. `parser` is one of `ingestion.parsing.Parser`."""

    max_tokens: int
    overlap_tokens: int
    parser: NotRequired[str]


class Pipes:
    """Two pipes to a child: its tasks, and its output. The child gets an end of each."""

    def __init__(self) -> None:
        tasks_read, self.tasks = os.pipe()
        self.output, output_write = os.pipe()
        self.child_ends = [tasks_read, output_write]
        self._our_ends = [self.tasks, self.output]

    def close_child_ends(self) -> None:
        """Close the child's ends here, once it has them."""
        _close(self.child_ends)

    def close(self) -> None:
        _close(self.child_ends)
        _close(self._our_ends)


def _close(descriptors: list[int]) -> None:
    while descriptors:
        os.close(descriptors.pop())


class ChildConnection:
    """The worker's end of the pipes to a child, which is `number` to the zygote.

    `lock` is held while talking to the zygote.
    """

    def __init__(
        self, number: int, zygote: ZygoteProcess, lock: RLock, pipes: Pipes, limits: Limits
    ) -> None:
        self._number = number
        self._zygote = zygote
        self._lock = lock
        self._pipes = pipes
        self._limits = limits
        self._listener = Listener(
            pipes.output,
            silence_seconds=limits.silence_seconds,
            output_bytes=limits.output_bytes,
        )
        self._ended = False

    def send(self, task: dict[str, Any]) -> None:
        with suppress(BrokenPipeError):  # then no message comes, and the zygote knows why
            os.write(self._pipes.tasks, frames.encode(task))

    def receive(self, check: Callable[[], None]) -> Any:
        """Return the next message. If the child has ended, raise the error that its end means."""
        try:
            return self._listener.next(check)
        except EOFError:
            with self._lock:
                self._ended = True
                end = self._zygote.end(self._number, report=True)
            raise error_from_exit(end, self._limits) from None

    def close(self) -> None:
        """Close the pipes, and end the child if it has not ended."""
        self._pipes.close()
        with self._lock, suppress(SandboxLost):
            if not self._ended:
                self._ended = True
                self._zygote.end(self._number, report=False)


class Reader:
    """Reads files one after the other, in one process for as long as they do it no harm."""

    def __init__(self, begin: Callable[[], ChildConnection]) -> None:
        self._begin = begin
        self._child: ChildConnection | None = None
        self.had_read_others = False
        """True if the process of the last file had read others, which may have caused its error."""

    def chunks(
        self,
        path: Path,
        filename: str,
        *,
        check: Callable[[], None] = lambda: None,
        on_warning: Callable[[FileWarning], object] = lambda warning: None,
        **options: Unpack[Options],
    ) -> Generator[Chunk, None, None]:
        """Yield the file's chunks, as they are made. Read or close one file's iterator before the
        next; closing or dropping it ends the parsing.

        `check` is called each second of silence; what it raises ends the parsing. `on_warning` is
        called with each part of the file that could not be read. Raises IngestionError if the file
        is at fault; ParserBug if a parser is, with the traceback as its cause; SandboxLost if the
        process was killed, since another attempt may succeed; OSError if the disk is full.
        """
        self.had_read_others = self._child is not None
        child = self._child = self._child or self._begin()
        validator = Validator(options["max_tokens"])
        try:
            child.send({"path": str(path.absolute()), "filename": filename, **options})
            while (message := child.receive(check)) != {"done": True}:
                if isinstance(message, list):
                    yield validator.chunk(message)
                elif message == {"alive": True}:
                    check()
                elif isinstance(message, dict) and "warning" in message:
                    on_warning(validator.warning(message))
                elif isinstance(message, dict) and "remark" in message:
                    log.warning("While %s was read: %r", path, validator.remark(message))
                else:
                    raise error_from_message(message)
        except Garbled as error:
            self.end()
            log.error("The parser of %s sent an invalid message; the file fails: %s", path, error)
            raise ParserCrashed from error
        except BaseException:
            self.end()  # because after an error it must not read another file
            raise

    def end(self) -> None:
        if self._child:
            self._child.close()
            self._child = None
