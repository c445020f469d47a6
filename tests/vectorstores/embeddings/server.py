"""An embedding service on this machine that answers as it is told."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Asked:
    path: str
    headers: dict[str, str]  # names in lower case
    body: dict[str, Any]
    connection: int  # the client's port

    @property
    def texts(self) -> list[str]:
        return self.body["input"]


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class EmbeddingServer(ThreadingHTTPServer):
    """Answers what `answer` makes of a request, and remembers the requests in `asked`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[Asked] = []
        self.answer: Callable[[Asked], Answer] = in_base64
        self.silent = False
        self.closing = Event()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # connections stay open
    server: EmbeddingServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        asked = Asked(
            path=self.path,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=json.loads(body),
            connection=self.client_address[1],
        )
        self.server.asked.append(asked)
        if self.server.silent:
            self.server.closing.wait()
            self.close_connection = True
            return
        self._send(self.server.answer(asked))

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *args: object) -> None:
        pass


def vector_of(text: str, dimensions: int = 4) -> list[float]:
    """Not of unit length, and different for texts of different length."""
    return [3.0, float(len(text)), *[0.0] * (dimensions - 2)]


def in_floats(asked: Asked) -> Answer:
    return embeddings([vector_of(text) for text in asked.texts])


def in_base64(asked: Asked) -> Answer:
    rows = [np.array(vector_of(text), "<f4").tobytes() for text in asked.texts]
    return embeddings([base64.b64encode(row).decode() for row in rows])


def embeddings(values: list[Any], **more: object) -> Answer:
    data = [{"object": "embedding", "index": i, "embedding": v} for i, v in enumerate(values)]
    return answer_json({"object": "list", "data": data, **more})


def counted(asked: Asked) -> Answer:
    """With a usage of one token for each character, or for each token."""
    tokens = sum(map(len, asked.texts))
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    size = asked.body.get("dimensions", 4)
    return embeddings([vector_of(text, size) for text in asked.texts], usage=usage)


def answer_json(value: object, status: int = 200, **headers: str) -> Answer:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(status, json.dumps(value).encode(), named)
