"""The fixtures of the rows: a client, and objects on the server."""

import time
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from llama_stack_client import LlamaStackClient

WOMBATS = b"Wombats dig long burrows and leave cubes behind."


@dataclass(frozen=True)
class Given:
    url: str
    api_key: str
    model: str

    @cached_property
    def strict(self) -> LlamaStackClient:
        return self.made(_strict_response_validation=True)

    @cached_property
    def client(self) -> LlamaStackClient:
        return self.made()

    def made(self, **options: Any) -> LlamaStackClient:
        defaults = {"base_url": self.url, "api_key": self.api_key, "timeout": 30}
        return LlamaStackClient(**{**defaults, **options})

    def uploaded(self) -> Any:
        return self.client.files.create(file=("wombats.txt", WOMBATS), purpose="assistants")

    def store_with(self, *files: Any) -> Any:
        """Create a store in which these files are searchable."""
        store = self.strict.vector_stores.create(name="Birds", file_ids=[file.id for file in files])
        deadline = time.monotonic() + 30
        while store.status != "completed":
            assert time.monotonic() < deadline, store
            time.sleep(0.1)
            store = self.strict.vector_stores.retrieve(store.id)
        return store
