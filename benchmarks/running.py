"""A service to be measured, on fresh data, and files to give it."""

import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from openai import OpenAI

from benchmarks.embedding import stub
from tests.live import Service, service, wait_until

KILOBYTES_8 = 8 * 1024
WORDS = sorted(set(Path(__file__).parent.joinpath("stub_embedder.py").read_text().split()))


@dataclass(frozen=True)
class Running:
    """`stub` is the address of the embedder, a process of its own; None for the local model."""

    service: Service
    stub: str | None

    @property
    def client(self) -> OpenAI:
        return self.service.client

    def texts(self) -> int:
        """Return how many texts the stub has embedded so far."""
        return int(httpx.get(f"{self.stub}/stats").json()["texts"]) if self.stub else 0


@contextmanager
def serving(
    embedder: str, *, dimensions: int = 768, rate: float | None = None
) -> Iterator[Running]:
    """Start the service with the `local` model, or with a `stub` of so many texts per second."""
    if embedder == "local":
        with service(RATE_LIMITS="false") as live:
            yield Running(live, None)
        return
    with (
        stub(rate or 0, dimensions) as url,
        service(
            EMBEDDING_BACKEND="openai",
            EMBEDDING_BASE_URL=f"{url}/v1",
            EMBEDDING_MODEL="stub",
            EMBEDDING_DIMENSIONS=str(dimensions),
            RATE_LIMITS="false",
        ) as live,
    ):
        yield Running(live, url)


def text(number: int, size: int = KILOBYTES_8) -> str:
    """Return so many characters that no other file has, in lines like a person's."""
    rng = random.Random(number)
    words = rng.choices(WORDS, k=size // 4)
    lines = (" ".join(words[i : i + 12]) for i in range(0, len(words), 12))
    return f"Report {number}\n" + "\n".join(lines)[: size - 16]


def upload(client: OpenAI, texts: Sequence[str]) -> list[str]:
    """Upload text files, eight at a time, and return their ids."""
    return _upload(client, [(f"{n}.txt", content.encode()) for n, content in enumerate(texts)])


def upload_files(client: OpenAI, paths: Sequence[Path]) -> list[str]:
    return _upload(client, [(path.name, path) for path in paths])


def _upload(client: OpenAI, files: Sequence[tuple[str, bytes | Path]]) -> list[str]:
    def one(file: tuple[str, bytes | Path]) -> str:
        name, content = file
        data = content if isinstance(content, bytes) else content.read_bytes()
        return client.files.create(file=(name, data), purpose="assistants").id

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, files))


def attach(client: OpenAI, store_id: str, file_ids: Sequence[str]) -> None:
    """Attach the files as one batch, and wait until all are completed."""
    batches = client.vector_stores.file_batches
    batch = batches.create(store_id, file_ids=list(file_ids))

    def done() -> bool:
        counts = batches.retrieve(batch.id, vector_store_id=store_id).file_counts
        assert not counts.failed, f"{counts.failed} files failed"
        return counts.completed == len(file_ids)

    wait_until(done, seconds=1800)
