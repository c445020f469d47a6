"""The end of a connection whose request was answered before its body was read."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.metadata import version
from math import inf

import pytest
from gunicorn.config import Config
from gunicorn.http.parser import RequestParser

from config import web
from tests.live import wait_until

ANSWER = b"HTTP/1.1 413 Content Too Large\r\n\r\n"


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Yield the two ends of a TCP connection: the client's and ours."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        ours, _ = listener.accept()
    with client, ours:
        yield client, ours


def sending(client: socket.socket, piece: bytes = b"x" * 65536) -> Callable[[], int]:
    """Send in the background until it fails. Return a function that tells how much was sent."""
    sent = []

    def send() -> None:
        with suppress(OSError):
            while True:
                sent.append(client.send(piece))

    thread = threading.Thread(target=send, daemon=True)
    thread.start()

    def total() -> int:
        thread.join(timeout=30)
        assert not thread.is_alive()
        return sum(sent)

    return total


def test_a_client_that_closes_is_let_go(pair):
    client, ours = pair
    client.sendall(b"x" * 1000)
    client.shutdown(socket.SHUT_WR)
    ours.sendall(ANSWER)

    web.linger(ours, inf)

    assert client.recv(1000) == ANSWER
    assert client.recv(1000) == b""


def test_a_client_that_has_sent_all_is_not_waited_for(pair, monkeypatch):
    monkeypatch.setattr(web, "LINGER", 60.0)
    client, ours = pair
    client.sendall(b"x" * 1000)
    ours.sendall(ANSWER)

    lingering = threading.Thread(target=web.linger, args=(ours, 1000), daemon=True)
    lingering.start()
    lingering.join(timeout=10)

    assert not lingering.is_alive()
    assert client.recv(1000) == ANSWER
    assert client.recv(1000) == b""


def test_a_client_that_has_yet_to_read_is_not_cut_off(pair, monkeypatch):
    monkeypatch.setattr(web, "LINGER", 0.05)
    client, ours = pair
    ours.setblocking(False)
    sent = 0
    with suppress(BlockingIOError):
        while True:
            sent += ours.send(b"x" * 65536)

    web.linger(ours, inf)
    ours.close()

    received = 0
    while piece := client.recv(65536):
        received += len(piece)
    assert received == sent


def test_a_client_that_does_not_stop_is_cut_off_and_has_its_answer(pair, monkeypatch):
    monkeypatch.setattr(web, "DISCARDED", 1024 * 1024)
    client, ours = pair
    sent = sending(client)
    ours.sendall(ANSWER)

    web.linger(ours, inf)
    ours.close()

    assert sent() > 1024 * 1024
    assert client.recv(1000) == ANSWER


def test_a_client_that_waits_for_room_to_write_does_not_wait_for_ever(pair, monkeypatch):
    monkeypatch.setattr(web, "LINGER", 0.0)
    client, ours = pair
    sent = sending(client)
    wait_until(lambda: len(ours.recv(65536, socket.MSG_PEEK)) > 0, seconds=5)

    web.linger(ours, inf)
    ours.close()

    assert sent() > 0


def test_a_client_that_does_nothing_is_not_waited_for_without_end(pair, monkeypatch):
    monkeypatch.setattr(web, "LINGER", 0.05)
    client, ours = pair

    web.linger(ours, inf)

    assert client.recv(1000) == b""


def test_a_client_that_has_gone_is_no_error(pair):
    _, ours = pair
    ours.close()

    web.linger(ours, inf)


@pytest.mark.parametrize(
    ("head", "body", "read", "closes"),
    [
        (b"Content-Length: 3", b"abc", 0, False),
        (b"Content-Length: 1000000", b"x" * 1000, 0, True),
        (b"Content-Length: 100000", b"x" * 100_000, 50_000, False),
        (b"Content-Length: 100000", b"x" * 100_000, 100_000, False),
        (b"Transfer-Encoding: chunked", b"3\r\nabc\r\n0\r\n\r\n", 0, True),
        (b"Transfer-Encoding: chunked", b"3\r\nabc\r\n0\r\n\r\n", 10, False),
        (b"Connection: close", b"", 0, True),
        (b"Accept: */*", b"", 0, False),
    ],
)
def test_a_connection_is_kept_unless_much_is_unread(head, body, read, closes):
    message = b"POST / HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n\r\n" + body
    request = next(RequestParser(Config(), iter([message]), ("127.0.0.1", 1)))

    request.body.read(read)

    assert web.should_close(request) is closes


def test_gunicorn_is_the_release_that_the_worker_was_written_for():
    assert version("gunicorn").partition(".")[0] == "27", (
        "config/web.py overrides handle and handle_request of gunicorn.workers.gthread's"
        " ThreadWorker, replaces should_close of gunicorn.http.message.Request, and reads"
        " Body.reader, ChunkedReader.parser and unreader.buf: compare each with gunicorn 27, then"
        " raise this number."
    )
