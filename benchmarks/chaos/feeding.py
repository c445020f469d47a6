"""Files without end, each with a text that follows from its name, so that any can be checked."""

import random
import threading
from dataclasses import dataclass, field

from openai import OpenAI, OpenAIError
from openai.types import VectorStore

WORDS = ("wombat", "burrow", "river", "lantern", "harbour", "granite", "meadow", "signal", "copper")
LARGE, SMALL, BATCH = 6000, 60, 12  # words; files


def text_of(name: str) -> str:
    """Return the text of the file of this name; for a broken one, bytes that no reader can read."""
    number = int("".join(filter(str.isdigit, name)))
    rng = random.Random(number)
    length = LARGE if number % 25 == 0 else rng.randrange(SMALL, 10 * SMALL)
    lines = (" ".join(rng.choices(WORDS, k=12)) for _ in range(length // 12))
    return f"File {number}.\n" + "\n".join(lines)


def is_broken(name: str) -> bool:
    return name.endswith(".pdf")


@dataclass
class Promised:
    """The requests that the service has accepted."""

    attached: set[tuple[str, str]] = field(default_factory=set)  # ids of store and file
    cancelled: set[str] = field(default_factory=set)  # ids of batches
    refusals: int = 0  # requests that were answered by an error, or not at all


class Feeder(threading.Thread):
    """A client that never gives up: uploads, attaches one by one and in batches, and cancels."""

    def __init__(self, client: OpenAI, seed: int) -> None:
        super().__init__(daemon=True)
        self._client = client.with_options(max_retries=0, timeout=5)
        self._rng = random.Random(seed)
        self._number = 0
        self._stores: list[VectorStore] = []
        self.promised = Promised()
        self.enough = threading.Event()

    def run(self) -> None:
        while not self.enough.wait(0.05):
            try:
                self._step()
            except OpenAIError:
                self.promised.refusals += 1
                self.enough.wait(0.2)

    def _step(self) -> None:
        if len(self._stores) < 4:
            self._stores.append(self._client.vector_stores.create())
        store = self._rng.choice(self._stores).id
        if self._rng.random() < 0.5:
            file_id = self._upload()
            self._client.vector_stores.files.create(store, file_id=file_id)
            self.promised.attached.add((store, file_id))
            return
        ids = [self._upload() for _ in range(BATCH)]
        batches = self._client.vector_stores.file_batches
        batch = batches.create(store, file_ids=ids)
        self.promised.attached |= {(store, file_id) for file_id in ids}
        if self._rng.random() < 0.1:
            batches.cancel(batch.id, vector_store_id=store)
            self.promised.cancelled.add(batch.id)

    def _upload(self) -> str:
        self._number += 1
        kind = "pdf" if self._rng.random() < 0.05 else "txt"
        name = f"{self._number}.{kind}"
        return self._client.files.create(
            file=(name, text_of(name).encode()), purpose="assistants"
        ).id
