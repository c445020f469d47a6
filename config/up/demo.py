"""`bin/up --demo`: ingest and search the sample documents through the API, as a client does."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from config.up.options import ROOT

SAMPLES = ROOT / "docs" / "samples"
STORE = "Demo: Kingfisher Cargo Bikes"
QUESTIONS = (
    "How long does it take to charge the battery?",
    "How long is parental leave?",
    "Who gives me my key on the first day?",
)
# Small passages, because a table shows them whole. A language model would be given larger ones.
CHUNKING = {"type": "static", "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 50}}


def demonstrate(console: Console, url: str, api_key: str, pause: Callable[[], None]) -> None:
    """Ingest what is not yet there, ask, and show the answers. `pause` is called while waiting.

    A refusal is only shown, because a service whose demonstration fails still serves.
    """
    headers = {"Authorization": f"Bearer {api_key}"}
    try:
        with httpx.Client(base_url=f"{url}/v1/", headers=headers, timeout=60) as client:
            api = Api(client)
            store = api.store()
            if missing := api.missing_from(store, sample_files()):
                api.ingest(store, missing, console, pause)
            console.print(answers(api, store))
    except httpx.HTTPError as error:
        console.print(f"The demonstration failed: {escape(str(error))}")


def sample_files() -> list[Path]:
    return sorted(path for path in SAMPLES.iterdir() if path.is_file() and path.stem != "README")


def answers(api: "Api", store: str) -> Table:
    table = Table(show_lines=True)
    table.add_column("Question", ratio=2)
    table.add_column("Score")
    table.add_column("File", no_wrap=True)
    table.add_column("Best passage", ratio=5)
    for question in QUESTIONS:
        for hit in api.search(store, question):
            passage = " ".join(hit["content"][0]["text"].split())
            table.add_row(question, f"{hit['score']:.2f}", hit["filename"], escape(passage))
    return table


class Api:
    """The few calls a demonstration makes. Every refusal is an httpx.HTTPStatusError."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def store(self) -> str:
        """Return the id of the store of an earlier demonstration, or of a new one."""
        for store in self._get("vector_stores", limit=100)["data"]:
            if store["name"] == STORE:
                return str(store["id"])
        return str(self._post("vector_stores", json={"name": STORE})["id"])

    def missing_from(self, store: str, samples: Sequence[Path]) -> list[Path]:
        names = {file["id"]: file["filename"] for file in self._get("files", limit=10_000)["data"]}
        attached = self._get(f"vector_stores/{store}/files", limit=100, filter="completed")["data"]
        searchable = {names.get(file["id"]) for file in attached}
        return [path for path in samples if path.name not in searchable]

    def ingest(
        self, store: str, paths: Sequence[Path], console: Console, pause: Callable[[], None]
    ) -> None:
        """Upload, attach as one batch, and wait until all are searchable."""
        batches = f"vector_stores/{store}/file_batches"
        with Progress(console=console) as progress:
            uploads = progress.add_task("Uploading", total=len(paths))
            ids = [self._upload(path) for path in progress.track(paths, task_id=uploads)]
            body = {"file_ids": ids, "chunking_strategy": CHUNKING}
            batch = self._post(batches, json=body)
            task = progress.add_task("Ingesting", total=len(paths))
            while batch["status"] == "in_progress":
                pause()
                batch = self._get(f"{batches}/{batch['id']}")
                progress.update(task, completed=len(paths) - batch["file_counts"]["in_progress"])
        if failed := batch["file_counts"]["failed"]:
            console.print(f"{failed} could not be ingested; their last_error says why.")

    def search(self, store: str, question: str) -> list[dict[str, Any]]:
        """Return the best passage, or nothing."""
        body = {"query": question, "max_num_results": 1}
        hits: list[dict[str, Any]] = self._post(f"vector_stores/{store}/search", json=body)["data"]
        return hits

    def _upload(self, path: Path) -> str:
        with path.open("rb") as file:
            form = {"purpose": "assistants"}
            return str(self._post("files", data=form, files={"file": (path.name, file)})["id"])

    def _get(self, path: str, **query: Any) -> dict[str, Any]:
        return _read(self._client.get(path, params=query))

    def _post(self, path: str, **body: Any) -> dict[str, Any]:
        return _read(self._client.post(path, **body))


def _read(response: httpx.Response) -> dict[str, Any]:
    response.raise_for_status()
    answer: dict[str, Any] = response.json()
    return answer
