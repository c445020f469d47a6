"""A conversation with a child: a file's task to it, and what it makes of that file back."""

import logging
import os
from collections.abc import Callable, Generator
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import RLock
from typing import Any, NotRequired, TypedDict, Unpack

from ingestion.chunking import Chunk
from ingestion.last_errors import ParserCrashed
from ingestion.sandbox import frames
from ingestion.sandbox.frames import Garbled
from ingestion.sandbox.limits import Limits
from ingestion.sandbox.listening import Listener
from ingestion.sandbox.process import SandboxLost, ZygoteProcess
from ingestion.sandbox.validation import Checks, refusal, why_silent

log = logging.getLogger(__name__)


class Options(TypedDict):
    """How a file is read. `generally`: by the general parser, if that reads this kind of file."""

    max_tokens: int
    overlap_tokens: int
    generally: NotRequired[bool]


class Child:
    """Of a zygote, told by its number. `speaking` is held by whoever talks to the zygote."""

    def __init__(
        self, number: int, zygote: ZygoteProcess, speaking: RLock, pipes: "Pipes", limits: Limits
    ) -> None:
        self._number = number
        self._zygote = zygote
        self._speaking = speaking
        self._pipes = pipes
        self._limits = limits
        self._listener = Listener(pipes.listening, limits)
        self._ended = False

    def ask(self, task: dict[str, Any]) -> None:
        with suppress(BrokenPipeError):  # then its silence tells
            os.write(self._pipes.asking, frames.encode(task))

    def answer(self, check: Callable[[], None]) -> Any:
        """The next message. Raises what is wrong where there is none."""
        try:
            return self._listener.next(check)
        except EOFError:
            with self._speaking:
                self._ended = True
                end = self._zygote.end(self._number, told=True)
            raise why_silent(end, self._limits) from None

    def drop(self) -> None:
        self._pipes.close()
        with self._speaking, suppress(SandboxLost):
            if not self._ended:
                self._ended = True
                self._zygote.end(self._number, told=False)


class Pipes:
    """Two to a child, of which it has the other ends."""

    def __init__(self) -> None:
        self._closing = ExitStack()
        self._giving = ExitStack()
        self.asked, self.asking = os.pipe()
        self.listening, self.speaking = os.pipe()
        for ours in (self.asking, self.listening):
            self._closing.callback(os.close, ours)
        for theirs in (self.asked, self.speaking):
            self._giving.callback(os.close, theirs)

    def given(self) -> None:
        """The child has its ends, and they are not ours any more."""
        self._giving.close()

    def close(self) -> None:
        self._giving.close()
        self._closing.close()


class Reader:
    """Reads files one after the other, in one process for as long as they do it no harm."""

    def __init__(self, begin: Callable[[], Child]) -> None:
        self._begin = begin
        self._child: Child | None = None
        self.had_read_others = False
        """Of the process of the last file: what went wrong there may be the fault of theirs."""

    def chunks(
        self,
        path: Path,
        filename: str,
        *,
        check: Callable[[], None] = lambda: None,
        **options: Unpack[Options],
    ) -> Generator[Chunk, None, None]:
        """The file's chunks, as they are made. One file's iterator is to be read or closed before
        the next. To close or drop it ends the parsing.

        `check` is called each second of silence; what it raises ends the parsing.
        Raises IngestionError for what is wrong with the file; ParserBug for what is wrong with a
        parser, the traceback in its cause; SandboxLost where the process was killed, which may go
        better next time; OSError where the machine's disk is full.
        """
        self.had_read_others = self._child is not None
        child = self._child = self._child or self._begin()
        checks = Checks(options["max_tokens"])
        with ExitStack() as undoing:
            undoing.callback(self.end)  # whatever went wrong, nobody else is read by it
            try:
                child.ask({"path": str(path.absolute()), "filename": filename, **options})
                while (message := child.answer(check)) != {"done": True}:
                    if isinstance(message, list):
                        yield checks.chunk(message)
                    elif message == {"alive": True}:
                        check()
                    elif isinstance(message, dict) and "remark" in message:
                        log.warning("While %s was read: %r", path, checks.remark(message))
                    else:
                        raise refusal(message)
            except Garbled as error:
                log.error("A parser did not speak as one does, of %s: %s", path, error)
                raise ParserCrashed from error
            undoing.pop_all()

    def end(self) -> None:
        if self._child:
            self._child.drop()
            self._child = None
