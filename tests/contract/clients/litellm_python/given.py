"""The fixtures of the rows: the options of LiteLLM's calls, and objects on the server."""

import time
from dataclasses import dataclass
from typing import Any

import litellm
from litellm.vector_stores import main as vector_stores

WOMBATS = b"Wombats dig long burrows and leave cubes behind."


@dataclass(frozen=True)
class Given:
    url: str
    api_key: str
    model: str
    provider: str

    @property
    def options(self) -> dict[str, str]:
        """Return the options of every call. `pg_vector` adds /v1 to the address itself."""
        base = self.url if self.provider == "pg_vector" else f"{self.url}/v1"
        return {
            "custom_llm_provider": self.provider,
            "api_base": base,
            "api_key": self.api_key,
        }

    def uploaded(self, content: bytes = WOMBATS) -> Any:
        """Upload a file by `openai`, because LiteLLM's other provider has no files."""
        openai = Given(self.url, self.api_key, self.model, "openai").options
        return litellm.create_file(file=("wombats.txt", content), purpose="assistants", **openai)

    def store(self, **fields: Any) -> dict[str, Any]:
        return vector_stores.create(**fields, **self.options)

    def store_with(self, *files: Any, **fields: Any) -> dict[str, Any]:
        """Create a store in which these files are searchable."""
        store = self.store(file_ids=[file.id for file in files], **fields)
        deadline = time.monotonic() + 30
        while store["status"] != "completed":
            assert time.monotonic() < deadline, store
            time.sleep(0.1)
            store = vector_stores.retrieve(vector_store_id=store["id"], **self.options)
        return store
