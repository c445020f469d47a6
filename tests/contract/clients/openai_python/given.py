"""The fixtures of the rows: a client, and objects on the server."""

import time
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import openai

from tests.contract.clients.checks import has

WOMBATS = b"Wombats dig long burrows and leave cubes behind."
PUFFINS = b"Puffins carry a dozen fish in one beak."


@dataclass(frozen=True)
class Given:
    url: str
    api_key: str
    model: str
    flavour: str
    """`openai`, or Azure's `azure` and `azure-v1`."""

    @cached_property
    def client(self) -> Any:
        return self.made()

    @cached_property
    def vector_stores(self) -> Any:
        return of(self.client)

    def has(self, helper: str) -> bool:
        """Return True if this version has it."""
        return has(self.client, helper) or has(self.client.beta, helper)

    def made(self, *, is_async: bool = False, **options: Any) -> Any:
        """Make another client."""
        prefix = "Async" if is_async else ""
        name, place = {
            "openai": ("OpenAI", {"base_url": f"{self.url}/v1"}),
            "azure": (
                "AzureOpenAI",
                {"azure_endpoint": self.url, "api_version": "2024-05-01-preview"},
            ),
            "azure-v1": (
                "AzureOpenAI",
                {"base_url": f"{self.url}/openai/v1", "api_version": "preview"},
            ),
        }[self.flavour]
        defaults = {"api_key": self.api_key, "timeout": 30, "_strict_response_validation": True}
        return getattr(openai, prefix + name)(**{**defaults, **place, **options})

    def uploaded(self, content: bytes = WOMBATS, name: str = "wombats.txt") -> Any:
        return self.client.files.create(file=(name, content), purpose="assistants")

    def store_with(self, *files: Any) -> Any:
        """Create a store in which these files are searchable."""
        store = self.vector_stores.create(file_ids=[file.id for file in files])
        deadline = time.monotonic() + 30
        while store.status != "completed":
            assert time.monotonic() < deadline, store
            time.sleep(0.1)
            store = self.vector_stores.retrieve(store.id)
        assert store.file_counts.completed == len(files), store
        return store


def of(client: Any) -> Any:
    """Return `client.vector_stores`, which was in beta until 1.66."""
    return client.vector_stores if hasattr(client, "vector_stores") else client.beta.vector_stores


def is_now(timestamp: int) -> bool:
    return abs(timestamp - time.time()) < 60
