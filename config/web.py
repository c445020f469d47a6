"""gunicorn's threads, and how they part from a client that is still sending.

A request may be answered before its body has arrived: it is too large, or its key is wrong. To
receive what is left would be work for nothing, up to gigabytes of it. To close at once resets
the connection, and then the answer is lost to whoever has not read it yet. So the answer says
that the connection ends, our side of it is closed, and what still comes is thrown away for a
moment, in which the client reads the answer and stops.

gunicorn does this too, but for 64 KB, and in the one thread that accepts connections.
"""

import socket
import struct
import time
from contextlib import suppress
from functools import partial
from math import inf
from typing import Any

from gunicorn.http.body import Body, ChunkedReader
from gunicorn.http.message import Request
from gunicorn.workers.gthread import TConn, ThreadWorker

DRAINED = 64 * 1024  # bytes: an unread rest below this is read by gunicorn, to keep the connection
LINGER = 5.0  # seconds, for a client that has yet to look
DISCARDED = 16 * 1024 * 1024  # bytes, for one that does not stop
# Unhurried, so that they take a second: a client whose every write succeeds does not come to read.
PIECE, PAUSE = 64 * 1024, 0.005  # bytes, seconds


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn is not typed
    def handle_request(self, req: Request, conn: TConn) -> bool:
        req.should_close = partial(should_close, req)  # asked when the answer's headers are sent
        return bool(super().handle_request(req, conn))

    def handle(self, conn: TConn) -> Any:
        """Whether the connection is kept, or gunicorn's mark that it is idle."""
        kept = super().handle(conn)
        if kept is False:
            linger(conn.sock)
        return kept


def should_close(request: Request) -> bool:
    return bool(Request.should_close(request)) or unread(request.body) >= DRAINED


def unread(body: Body) -> float:
    """How many bytes of a request's body the application has not asked for."""
    if isinstance(body.reader, ChunkedReader):
        return 0 if body.reader.parser is None else inf
    return int(body.reader.length)


def linger(connection: socket.socket) -> None:
    """Close our side, and let the client come to an end with its own."""
    with suppress(OSError):  # it is gone already
        connection.shutdown(socket.SHUT_WR)
        if not _ends(connection):
            # A reset frees a client that still waits to write; a mere close would leave it there.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.shutdown(socket.SHUT_RD)  # or gunicorn would linger once more


def _ends(connection: socket.socket) -> bool:
    """Whether the client closed its side while what it sent was thrown away."""
    buffer, deadline, left = bytearray(PIECE), time.monotonic() + LINGER, DISCARDED
    with suppress(TimeoutError):
        while left > 0 and (seconds := deadline - time.monotonic()) > 0:
            connection.settimeout(seconds)
            received = connection.recv_into(buffer)
            if not received:
                return True
            left -= received
            time.sleep(PAUSE)
    return False
