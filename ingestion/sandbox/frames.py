"""Messages between processes: a length of four bytes, then that many bytes of JSON.

JSON, not pickle, because reading a pickle runs code of its sender. The worker and the zygote
trust each other and use `send` and `receive`; a child reads its tasks with `read`; and the worker
reads a child's messages with a `Listener`, which limits and checks them.
"""

import json
import os
import select
import socket
import struct
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from ingestion.last_errors import FileTooLarge, ParserTimedOut

LONGEST_MESSAGE = 16 * 1024**2  # bytes; 4,096 of the longest tokens, all escaped, are a quarter

_LENGTH = struct.Struct(">I")
_PART = 65_536
_CHECK_EVERY = 1.0  # seconds


class Garbled(Exception):
    """The bytes that arrived are no message."""


def encode(message: object) -> bytes:
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    return _LENGTH.pack(len(body)) + body


def send(connection: socket.socket, message: object, descriptors: Sequence[int] = ()) -> None:
    data = encode(message)
    sent = socket.send_fds(connection, [data], descriptors)
    connection.sendall(data[sent:])


def receive(connection: socket.socket) -> tuple[Any, list[int]]:
    """Return the next message, and descriptors that came with it. Raises EOFError at the end."""
    header, descriptors, _, _ = socket.recv_fds(connection, _LENGTH.size, maxfds=2)
    header += _exactly(connection.recv, _LENGTH.size - len(header)) if header else b""
    if not header:
        raise EOFError
    [length] = _LENGTH.unpack(header)
    return _decode(_exactly(connection.recv, length)), list(descriptors)


def read(pipe: int) -> Any:
    """Return the next message of a sender that is trusted. Raises EOFError at the end."""
    take = partial(os.read, pipe)
    [length] = _LENGTH.unpack(_exactly(take, _LENGTH.size))
    return _decode(_exactly(take, length))


class Listener:
    """Reads a child's messages from its pipe, within the limits of silence and of output."""

    def __init__(self, pipe: int, *, silence_seconds: float, output_bytes: int) -> None:
        self._pipe = pipe
        self._silence = silence_seconds
        self._left = output_bytes
        self._received = bytearray()
        self._poll = select.poll()
        self._poll.register(pipe, select.POLLIN)

    def next(self, check: Callable[[], None]) -> Any:
        """Return the next message. `check` is called each second without one.

        Only the time in which we wait counts as silence: a child may have to wait for us. Raises
        EOFError where the child's end of the pipe was closed, Garbled for what is no message,
        ParserTimedOut and FileTooLarge beyond the limits.
        """
        deadline = time.monotonic() + self._silence
        [length] = _LENGTH.unpack(self._take(_LENGTH.size, deadline, check))
        if length > LONGEST_MESSAGE:
            raise Garbled(f"a message of {length} bytes")
        return _decode(self._take(length, deadline, check))

    def _take(self, size: int, deadline: float, check: Callable[[], None]) -> bytes:
        while len(self._received) < size:
            wait = min(max(0.0, deadline - time.monotonic()), _CHECK_EVERY)
            if self._poll.poll(wait * 1000):
                part = os.read(self._pipe, _PART)
                if not part:
                    raise EOFError
                self._left -= len(part)
                if self._left < 0:
                    raise FileTooLarge
                self._received += part
            elif time.monotonic() >= deadline:
                raise ParserTimedOut
            else:
                check()
        taken = bytes(self._received[:size])
        del self._received[:size]
        return taken


def _decode(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:  # no UTF-8, no JSON, or nested without end
        raise Garbled(str(error)) from error


def _exactly(take: Callable[[int], bytes], size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        part = take(size - len(data))
        if not part:
            raise EOFError
        data += part
    return bytes(data)
