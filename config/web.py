"""gunicorn's threads, with a careful end of connections whose client is still sending.

A request may be answered before its body has arrived, because it is too large or its key is wrong.
Receiving the rest would be useless work, up to gigabytes of it. Closing at once would reset the
connection, and a client that has not read the answer yet would lose it. So the answer announces
the end of the connection, our side is closed, and what still arrives is discarded for a moment, in
which the client reads the answer and stops.

A client that has nothing left to send needs no waiting, because the kernel delivers the rest of
the answer, however long that takes.

gunicorn itself waits for every client, for 64 KB, in the one thread that accepts connections.
"""

import fcntl
import socket
import struct
import termios
import time
from contextlib import suppress
from functools import partial
from math import inf
from threading import BoundedSemaphore
from typing import Any

from gunicorn.http.body import Body, ChunkedReader
from gunicorn.http.message import Request
from gunicorn.workers.gthread import TConn, ThreadWorker

DRAINED = 64 * 1024  # bytes: gunicorn reads a smaller rest, to keep the connection
LINGER = 2.0  # seconds, for a client that has yet to read the answer
DISCARDED = 16 * 1024 * 1024  # bytes, for one that does not stop
# Slow, because a client does not read while all of its writes succeed.
PIECE, PAUSE = 64 * 1024, 0.005  # bytes, seconds


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn is not typed
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Clients that stay and send nothing must leave threads for others. If there is no room, a
        # connection is closed at once, and its client may see a reset instead of the answer.
        self.room = BoundedSemaphore(max(1, self.cfg.threads // 2))

    def handle_request(self, req: Request, conn: TConn) -> bool:
        conn.request = req
        req.should_close = partial(should_close, req)  # asked when the answer's headers are sent
        return bool(super().handle_request(req, conn))

    def handle(self, conn: TConn) -> Any:
        """Return whether the connection is kept, or gunicorn's mark that it is idle."""
        conn.request = None
        kept = super().handle(conn)
        if kept is False:
            self.part(conn)
        return kept

    def part(self, conn: TConn) -> None:
        rest = to_come(conn)
        if rest > 0 and self.room.acquire(blocking=False):
            try:
                linger(conn.sock, rest)
            finally:
                self.room.release()
        with suppress(OSError):  # it is closed already
            conn.sock.shutdown(socket.SHUT_RDWR)  # or gunicorn would wait for the client to close


def should_close(request: Request) -> bool:
    return bool(Request.should_close(request)) or unread(request.body) >= DRAINED


def unread(body: Body) -> float:
    """Count the bytes of a request's body that the application has not read."""
    if isinstance(body.reader, ChunkedReader):
        return 0 if body.reader.parser is None else inf
    return int(body.reader.length)


def to_come(conn: TConn) -> float:
    """Count the bytes that the client may still send; infinite if the request was not parsed."""
    if conn.request is None:
        return inf
    return unread(conn.request.body) - len(conn.parser.unreader.buf.getvalue())


def linger(connection: socket.socket, rest: float) -> None:
    """Close our side, and let the client finish: close its own, or send `rest` bytes."""
    with suppress(OSError):  # it is gone already
        connection.shutdown(socket.SHUT_WR)
        if not _ends(connection, rest) and _delivered(connection):
            # A reset frees a client that still waits to write, and a plain close would not. It also
            # discards what was not delivered, so it comes only after all was.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _ends(connection: socket.socket, rest: float) -> bool:
    """Discard what the client sends, and return whether it finished."""
    buffer, deadline, discarded = bytearray(PIECE), time.monotonic() + LINGER, 0
    with suppress(TimeoutError):
        while discarded < DISCARDED and (seconds := deadline - time.monotonic()) > 0:
            connection.settimeout(seconds)
            received = connection.recv_into(buffer)
            discarded += received
            if not received or discarded >= rest:
                return True
            time.sleep(PAUSE)
    return False


def _delivered(connection: socket.socket) -> bool:
    """Return whether the client's side has confirmed all that was sent to it."""
    answer = fcntl.ioctl(connection, termios.TIOCOUTQ, bytes(4))
    return int(struct.unpack("i", answer)[0]) <= 1  # since the end of our side counts as a byte
