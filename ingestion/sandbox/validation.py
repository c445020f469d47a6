"""Checks the messages of a child, and finds the error for its end.

The author of a file may have taken over the child. So its messages are accepted only as text,
numbers within their bounds, and names of errors that a file may have.
"""

import os
from itertools import count
from signal import SIGKILL, SIGXCPU, Signals
from typing import Any

from ingestion import last_errors
from ingestion.chunking import Chunk
from ingestion.chunking.document import MAX_HEADING
from ingestion.file_warnings import MAX_MESSAGE, MAX_WARNINGS, FileWarning, WarningCode
from ingestion.last_errors import (
    IngestionError,
    InternalError,
    ParserCrashed,
    ParserExhausted,
    ParserTimedOut,
)
from ingestion.sandbox.child import DISK_FULL, LONGEST_REMARK, MOST_REMARKS
from ingestion.sandbox.confinement import Limits
from ingestion.sandbox.frames import Garbled
from ingestion.sandbox.process import SandboxLost
from vectorstores.postgres.text import is_valid_text

_LARGEST_INTEGER = 2**31 - 1  # of the columns they go to
_LONGEST_ADVICE = 1_000  # characters
_LONGEST_TRACE = 20_000

_REFUSALS: dict[str, type[IngestionError]] = {
    name: error
    for name, error in vars(last_errors).items()
    if isinstance(error, type) and issubclass(error, IngestionError)
    if hasattr(error, "advice") and error is not InternalError
}


class ParserBug(Exception):
    """A parser raised an unexpected error, which is our fault. Its cause says where."""


class ChildTraceback(Exception):
    """A traceback of the process that parsed, as text."""

    def __str__(self) -> str:  # marked line by line, since it may quote the file, or imitate a log
        return "\n" + "\n".join(f"    | {line}" for line in str(self.args[0]).splitlines())


class Validator:
    """Makes chunks, warnings and remarks of a child's messages about one file.

    Raises Garbled unless chunks are in order and without a gap, and the others are few and short.
    """

    def __init__(self, max_tokens: int) -> None:
        self._max_tokens = max_tokens
        self._remarks_left = MOST_REMARKS
        self._warnings_left = MAX_WARNINGS + 1
        self._positions = count()
        self._after, self._until = -1, 0  # where the next one begins, at most

    def remark(self, message: dict[str, Any]) -> str:
        self._remarks_left -= 1
        text = message["remark"]
        if self._remarks_left < 0 or not isinstance(text, str) or len(text) > LONGEST_REMARK:
            raise Garbled("a remark that is too long, or one too many")
        return text

    def warning(self, message: dict[str, Any]) -> FileWarning:
        self._warnings_left -= 1
        match message:
            case {"warning": str(code), "message": str(text)} if (
                code in set(WarningCode)
                and self._warnings_left >= 0
                and len(text) <= MAX_MESSAGE
                and is_valid_text(text)
            ):
                return FileWarning(WarningCode(code), text)
        raise Garbled("a warning that cannot be shown")

    def chunk(self, fields: list[Any]) -> Chunk:
        match fields:
            case [str(text), int(start), int(tokens), int() | None as page, heading]:
                chunk = Chunk(text, next(self._positions), start, tokens, page, heading)
            case _:
                raise Garbled("a chunk of other fields")
        in_order = self._after < start <= self._until and start < _LARGEST_INTEGER - len(text)
        if not in_order or not text or not 0 < tokens <= self._max_tokens:
            raise Garbled("a chunk that does not follow the one before")
        if page is not None and not 0 <= page <= _LARGEST_INTEGER:
            raise Garbled("a page number out of range")
        if not is_valid_text(text) or not (heading is None or _is_heading(heading)):
            raise Garbled("a text that cannot be stored")
        self._after, self._until = start, start + len(text)
        return chunk


def error_from_message(message: Any) -> Exception:
    """Return the error that the child's last message names. Raises Garbled if it names none."""
    match message:
        case {"refused": str(name), "advice": str(advice), "cause": str() | None as cause}:
            error = _REFUSALS.get(name)
            if error and len(advice) <= _LONGEST_ADVICE and is_valid_text(advice):
                refused = error(advice)
                refused.__cause__ = ChildTraceback(cause[-_LONGEST_TRACE:]) if cause else None
                return refused
        case {"disk": int(number)} if number in DISK_FULL:
            return OSError(number, os.strerror(number))
        case {"bug": str(trace)}:
            bug = ParserBug("A parser failed.")
            bug.__cause__ = ChildTraceback(trace[-_LONGEST_TRACE:])
            return bug
    raise Garbled("neither a chunk nor an ending")


def error_from_exit(end: Any, limits: Limits) -> Exception:
    """Return the error of a child that ended without a last message, by the zygote's report."""
    code, near_the_limit = end["exit"], end["memory"] > 0.8 * limits.memory_bytes
    if code == -SIGXCPU or end["cpu"] >= limits.cpu_seconds:
        return ParserTimedOut()
    if near_the_limit:
        return ParserExhausted()
    if code == -SIGKILL:
        # It was killed from outside, or by the kernel because the machine ran out of memory. The
        # next attempt may not meet either.
        return SandboxLost(f"A parser was ended by {Signals(-code).name}.")
    return ParserCrashed()


def _is_heading(text: object) -> bool:
    return isinstance(text, str) and len(text) <= MAX_HEADING and is_valid_text(text)
