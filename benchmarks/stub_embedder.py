"""An OpenAI-compatible /v1/embeddings that costs next to nothing: a vector for each text.

Because the embedder costs nothing, the time that an ingestion takes is the cost of the service
itself. With a rate, it embeds at most that many texts a second over all clients, as a GPU does.
With a fault, it fails as real ones do.

    python -m benchmarks.stub_embedder --port 9900 [--dimensions 768] [--delay SECONDS]
                                       [--rate TEXTS_PER_SECOND]

    GET  /stats     texts, requests and faults; seconds it was busy, from the first to the last
    POST /forget    reset the counts
    POST /faults    {"mode": "429", "share": 0.2, "retry_after": 2}: fail like this; {} stops it
"""

import argparse
import base64
import json
import random
import threading
import time
import zlib
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

MODES = ("429", "500", "503", "garbage", "dimension", "hang", "drop")


@dataclass(frozen=True)
class Fault:
    """A fault, and the share of requests that it hits. `retry_after` is for 429 and 503."""

    mode: str
    share: float = 1.0
    retry_after: float | None = None

    def __post_init__(self) -> None:
        assert self.mode in MODES, f"{self.mode} is none of {MODES}"


@dataclass
class Stats:
    """The counts of what was embedded. Moments are those of `monotonic`."""

    texts: int = 0
    requests: int = 0
    faults: int = 0
    busy: float = 0.0  # seconds
    first: float = 0.0  # when the first request came
    last: float = 0.0  # when the last was answered


class StubEmbedder(ThreadingHTTPServer):
    """Serves on 127.0.0.1 until shut down. `delay`, `rate` and `fault` may change meanwhile."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, port: int = 0, *, dimensions: int = 768, delay: float = 0.0, rate: float = 0.0
    ) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.dimensions = dimensions
        self.delay = delay  # seconds before each answer
        self.rate = rate  # texts per second, of all requests together; 0 is any number
        self.fault: Fault | None = None
        self.counting = threading.Lock()
        self.stats = Stats()
        self._free_at = 0.0
        noise = np.random.default_rng(0).standard_normal(2**16 + dimensions, dtype=np.float32)
        self._noise = noise.tobytes()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    @property
    def texts(self) -> int:
        """Embedded so far."""
        return self.stats.texts

    def vector(self, text: str, dimensions: int) -> bytes:
        """Return the text's own direction in base64: always the same, far from any other text's."""
        start = 4 * (zlib.crc32(text.encode(errors="replace")) % 2**16)
        return base64.b64encode(self._noise[start : start + 4 * dimensions])

    def work(self, texts: int) -> None:
        """Take as long as these texts do, after those of earlier requests."""
        now = time.monotonic()
        with self.counting:
            takes = texts / self.rate if self.rate else self.delay
            begins = max(now, self._free_at) if self.rate else now
            self._free_at = begins + takes
            done_at = begins + takes + (self.delay if self.rate else 0)
        time.sleep(max(done_at - time.monotonic(), 0))
        with self.counting:
            self.stats.texts += texts
            self.stats.requests += 1
            self.stats.busy += takes
            self.stats.first = min(self.stats.first or now, now)
            self.stats.last = time.monotonic()

    def misbehave(self, mode: str, *, share: float = 1.0, retry_after: float | None = None) -> None:
        self.fault = Fault(mode, share, retry_after)

    def behave(self) -> None:
        self.fault = None

    def strikes(self) -> Fault | None:
        fault = self.fault
        if fault is None or random.random() >= fault.share:
            return None
        with self.counting:
            self.stats.faults += 1
        return fault

    def measured(self) -> dict[str, float]:
        with self.counting:
            return asdict(self.stats)

    def forget(self) -> None:
        with self.counting:
            self.stats = Stats()

    def handle_error(self, request: object, client_address: object) -> None:
        """Print nothing, because clients are killed in the middle of requests on purpose."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # connections stay open, as real servers' do
    disable_nagle_algorithm = True
    wbufsize = -1  # one write for each answer
    server: StubEmbedder

    def do_GET(self) -> None:
        self.answer(json.dumps(self.server.measured()).encode())

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/faults":
            self.server.fault = Fault(**request) if request else None
            self.answer(b"{}")
        elif self.path == "/forget":
            self.server.forget()
            self.answer(b"{}")
        elif fault := self.server.strikes():
            self.fail(fault, request)
        else:
            self.embed(request, self.server.dimensions)

    def embed(self, request: dict[str, Any], dimensions: int) -> None:
        given = request["input"]
        texts = given if isinstance(given, list) else [given]
        self.server.work(len(texts))
        data = b",".join(
            b'{"object":"embedding","index":%d,"embedding":"%s"}'
            % (index, self.server.vector(str(text), dimensions))
            for index, text in enumerate(texts)
        )
        model = json.dumps(request["model"]).encode()
        self.answer(
            b'{"object":"list","model":%s,"data":[%s],"usage":{"prompt_tokens":0,"total_tokens":0}}'
            % (model, data)
        )

    def fail(self, fault: Fault, request: dict[str, Any]) -> None:
        match fault.mode:
            case "429" | "500" | "503":
                wish = fault.retry_after
                headers = {} if wish is None else {"Retry-After": f"{wish:g}"}
                self.answer(b'{"error":"a fault"}', int(fault.mode), headers)
            case "garbage":
                self.answer(b"<html>It works!</html>")
            case "dimension":
                self.embed(request, self.server.dimensions - 1)
            case "hang":
                while self.server.fault is fault:
                    time.sleep(0.05)
                self.close_connection = True
            case "drop":
                self.close_connection = True

    def answer(self, body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Log nothing, because a line per request would be measured too."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--dimensions", type=int, default=768)
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--rate", type=float, default=0.0)
    given = parser.parse_args()
    with StubEmbedder(
        given.port, dimensions=given.dimensions, delay=given.delay, rate=given.rate
    ) as stub:
        stub.serve_forever()


if __name__ == "__main__":
    main()
