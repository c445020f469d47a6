"""What a child says, heard with patience and without trust."""

import os
import select
import time
from collections.abc import Callable
from typing import Any

from ingestion.last_errors import FileTooLarge, ParserTimedOut
from ingestion.sandbox import frames
from ingestion.sandbox.frames import Garbled
from ingestion.sandbox.limits import Limits

LONGEST_MESSAGE = 16 * 1024**2  # bytes; 4,096 of the longest tokens, all escaped, are a quarter
_PART = 65_536
_CHECK_EVERY = 1.0  # seconds


class Listener:
    def __init__(self, pipe: int, limits: Limits) -> None:
        self._pipe = pipe
        self._silence = limits.silence_seconds
        self._left = limits.output_bytes
        self._heard = bytearray()
        self._ears = select.poll()
        self._ears.register(pipe, select.POLLIN)

    def next(self, check: Callable[[], None]) -> Any:
        """The next message. Raises EOFError where the child's end of the pipe was closed.

        Only the time in which we wait counts as silence: a child may have to wait for us.
        """
        deadline = time.monotonic() + self._silence
        length = frames.length(self._take(frames.HEADER, deadline, check))
        if length > LONGEST_MESSAGE:
            raise Garbled(f"a message of {length} bytes")
        return frames.decode(self._take(length, deadline, check))

    @staticmethod
    def _pause(deadline: float) -> float:
        return min(max(0.0, deadline - time.monotonic()), _CHECK_EVERY)

    def _take(self, size: int, deadline: float, check: Callable[[], None]) -> bytes:
        while len(self._heard) < size:
            self._heard += self._part(deadline, check)
        taken = bytes(self._heard[:size])
        del self._heard[:size]
        return taken

    def _part(self, deadline: float, check: Callable[[], None]) -> bytes:
        while not self._ears.poll(self._pause(deadline) * 1000):
            if time.monotonic() >= deadline:
                raise ParserTimedOut
            check()
        part = os.read(self._pipe, _PART)
        if not part:
            raise EOFError
        self._left -= len(part)
        if self._left < 0:
            raise FileTooLarge
        return part
