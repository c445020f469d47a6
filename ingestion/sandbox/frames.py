"""Messages between processes: a length of four bytes, then that many bytes of JSON.

JSON and not pickle: to read a pickle is to run what its sender wrote.
"""

import json
import os
import socket
import struct
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

_LENGTH = struct.Struct(">I")
HEADER = _LENGTH.size


class Garbled(Exception):
    """What arrived is no message."""


def encode(message: object) -> bytes:
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    return _LENGTH.pack(len(body)) + body


def length(header: bytes) -> int:
    return int(_LENGTH.unpack(header)[0])


def decode(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:  # no UTF-8, no JSON, or nested without end
        raise Garbled(str(error)) from error


def send(connection: socket.socket, message: object, descriptors: Sequence[int] = ()) -> None:
    data = encode(message)
    sent = socket.send_fds(connection, [data], descriptors)
    connection.sendall(data[sent:])


def receive(connection: socket.socket) -> tuple[Any, list[int]]:
    """The next message, and descriptors that came with it. Raises EOFError where there is none."""
    header, descriptors, _, _ = socket.recv_fds(connection, HEADER, maxfds=2)
    header += _exactly(connection.recv, HEADER - len(header)) if header else b""
    if not header:
        raise EOFError
    return decode(_exactly(connection.recv, length(header))), list(descriptors)


def read(pipe: int) -> Any:
    """Of somebody who is trusted. Raises EOFError where there is none."""
    take = partial(os.read, pipe)
    return decode(_exactly(take, length(_exactly(take, HEADER))))


def _exactly(take: Callable[[int], bytes], size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        part = take(size - len(data))
        if not part:
            raise EOFError
        data += part
    return bytes(data)
