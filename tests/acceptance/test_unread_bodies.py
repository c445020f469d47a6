"""A body that is too large, sent by real clients: they see why, and it is not received to its end.

And how connections end otherwise: nobody is cut off while reading, and nobody keeps others waiting.
Node and curl are tried where they are installed.
"""

import io
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from config import web
from tests.live import Service, StartService

LARGE = 200 * 1024 * 1024
MAX_FILE_BYTES = 4_000_000
TOO_LARGE = f"File is too large. At most {MAX_FILE_BYTES} bytes are taken."
PIECE = b" " * 65536

FETCH = """
const form = new FormData();
form.append("purpose", "assistants");
require("fs").openAsBlob(process.argv[1]).then(async (blob) => {
  form.append("file", blob, "large.txt");
  const headers = {Authorization: "Bearer " + process.argv[3]};
  const answer = await fetch(process.argv[2], {method: "POST", body: form, headers});
  console.log(JSON.stringify({status: answer.status, ...(await answer.json())}));
});
"""


class Zeros(io.RawIOBase):
    """A file that takes no memory, and knows how much of it was read."""

    def __init__(self) -> None:
        self.position = self.most = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self.position = offset + (0, self.position, LARGE)[whence]
        return self.position

    def tell(self) -> int:
        return self.position

    def readinto(self, buffer: bytearray) -> int:
        size = min(len(buffer), LARGE - self.position)
        buffer[:size] = bytes(size)
        self.position += size
        self.most = max(self.most, self.position)
        return size


@pytest.fixture(scope="module")
def live(whole_service: StartService) -> Iterator[Service]:
    with whole_service(EMBEDDING_BACKEND="hashing", MAX_FILE_BYTES=str(MAX_FILE_BYTES)) as running:
        yield running


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(LARGE)
    return path


def headers(live: Service) -> dict[str, str]:
    return {"Authorization": f"Bearer {live.api_key}"}


def test_openais_client_says_what_is_wrong(live):
    content = Zeros()

    with pytest.raises(openai.APIStatusError) as error:
        live.client.files.create(file=("large.txt", content), purpose="assistants")

    assert (error.value.status_code, error.value.code) == (413, "request_too_large")
    assert TOO_LARGE in error.value.message
    assert content.most < LARGE / 2


def test_json_in_chunks_is_refused_where_it_gets_too_large(live):
    sent = 0

    def pieces() -> Iterator[bytes]:
        nonlocal sent
        while sent < LARGE:
            sent += len(PIECE)
            yield PIECE

    response = httpx.post(f"{live.url}/vector_stores", content=pieces(), headers=headers(live))

    assert response.status_code == 413
    assert response.json()["error"]["message"] == "The request body is larger than 33554432 bytes."
    assert response.headers["connection"] == "close"
    assert sent < LARGE


def test_a_large_body_without_a_key_is_refused_unread(live, large):
    with large.open("rb") as file:
        response = httpx.post(f"{live.url}/files", files={"file": file})

    assert response.status_code == 401
    assert response.headers["connection"] == "close"


def test_a_large_body_that_is_read_leaves_the_connection_open(live):
    with httpx.Client(headers=headers(live)) as client:
        form: dict[str, Any] = {
            "files": {"file": ("a.txt", b"x" * 900_000)},
            "data": {"purpose": "assistants"},
        }
        response = client.post(f"{live.url}/files", **form)

    assert response.status_code == 200
    assert response.headers["connection"] == "keep-alive"


def test_a_client_that_only_writes_is_cut_off_and_can_still_read(live):
    connection = socket.create_connection(("127.0.0.1", live.port), timeout=30)
    head = f"POST /v1/files HTTP/1.1\r\nHost: x\r\nContent-Length: {LARGE}\r\n\r\n"
    connection.sendall(head.encode())
    sent = 0

    with pytest.raises(OSError, match=r"reset|Broken pipe"):
        while sent < LARGE:
            sent += connection.send(PIECE)

    assert connection.recv(65536).startswith(b"HTTP/1.1 401 ")
    connection.close()


@pytest.mark.parametrize(
    ("version", "fields"),
    [
        ("1.0", ""),
        ("1.1", "Connection: close\r\n"),
        ("1.1", "Connection: close\r\nContent-Length: 3\r\n"),
        ("1.1", f"Content-Length: {LARGE}\r\n"),
    ],
)
def test_a_client_that_reads_slowly_gets_all_of_a_file(live, version, fields):
    size = 3_000_000
    file = live.client.files.create(file=("a.txt", b"x" * size), purpose="assistants")
    head = f"GET /v1/files/{file.id}/content HTTP/{version}\r\nHost: x\r\n{fields}"
    answer = b""

    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        connection.connect(("127.0.0.1", live.port))
        connection.sendall(f"{head}Authorization: Bearer {live.api_key}\r\n\r\n".encode())
        while piece := connection.recv(len(PIECE)):
            time.sleep((web.LINGER + 1) / (size / len(PIECE)))
            answer += piece

    assert answer.startswith(f"HTTP/{version} 200 ".encode())
    assert len(answer.partition(b"\r\n\r\n")[2]) == size


@pytest.mark.parametrize(
    "request_line",
    [
        "GET /healthz HTTP/1.0",
        "GET /healthz HTTP/1.1\r\nConnection: close",
        "POST /v1/files HTTP/1.1\r\nConnection: close\r\nContent-Length: 1000",
        f"POST /v1/files HTTP/1.1\r\nContent-Length: {LARGE}",
    ],
)
def test_clients_that_stop_sending_keep_no_other_waiting(live, request_line):
    with ExitStack() as open_connections:
        for _ in range(48):
            connection = socket.create_connection(("127.0.0.1", live.port))
            open_connections.enter_context(connection)
            connection.sendall(f"{request_line}\r\nHost: x\r\n\r\n".encode())

        for _ in range(20):
            health = httpx.get(f"http://127.0.0.1:{live.port}/healthz", timeout=4)
            assert health.status_code == 200


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
@pytest.mark.parametrize("expect", ["Expect: 100-continue", "Expect:"])
def test_curl_shows_the_answer(live, large, expect):
    command = ["curl", "--silent", "--show-error", "--header", expect]
    form = ["--form", "purpose=assistants", "--form", f"file=@{large}"]
    key = ["--header", f"Authorization: Bearer {live.api_key}"]

    curl = subprocess.run(
        [*command, *form, *key, f"{live.url}/files"], capture_output=True, text=True
    )

    assert (curl.returncode, curl.stderr) == (0, "")
    assert json.loads(curl.stdout)["error"]["message"] == TOO_LARGE


@pytest.mark.skipif(not shutil.which("node"), reason="Node is not installed")
def test_nodes_fetch_has_the_answer(live, large):
    node = subprocess.run(
        ["node", "--no-warnings", "-e", FETCH, large, f"{live.url}/files", live.api_key],
        capture_output=True,
        text=True,
    )

    assert (node.returncode, node.stderr) == (0, "")
    answer = json.loads(node.stdout)
    assert (answer["status"], answer["error"]["message"]) == (413, TOO_LARGE)
