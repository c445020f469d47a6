import json
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingestion.chunking import Chunk
from ingestion.file_warnings import FileWarning
from ingestion.sandbox.confinement import Limits
from ingestion.sandbox.host import Sandbox
from tests.ingestion.sandboxed import sandboxed

GENEROUS = Limits(memory_bytes=512 * 1024**2, cpu_seconds=60, silence_seconds=30)

Do = Callable[..., Generator[Chunk, None, None]]


@pytest.fixture(scope="module")
def sandbox(programs: None) -> Iterator[Sandbox]:
    """Make a sandbox as workers have it."""
    made = Sandbox(GENEROUS)
    yield made
    made.stop()


@pytest.fixture(scope="module")
def misbehaving(programs: None) -> Iterator[Sandbox]:
    made = Sandbox(GENEROUS, program="tests.ingestion.sandbox.misbehaving")
    yield made
    made.stop()


@pytest.fixture
def do(misbehaving: Sandbox, tmp_path: Path) -> Iterator[Do]:
    """Run an action of misbehaving.py on a file of this content, with other limits."""
    path = tmp_path / "file"

    def chunks_of(
        action: str,
        content: str | bytes = b"",
        on_warning: Callable[[FileWarning], object] = lambda warning: None,
        **limits: Any,
    ) -> Generator[Chunk, None, None]:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        misbehaving.limits = replace(GENEROUS, **limits)
        return sandboxed(misbehaving, path, action, on_warning=on_warning)

    yield chunks_of
    misbehaving.limits = GENEROUS


@pytest.fixture
def found(do: Do) -> Callable[..., Any]:
    """Return what an action found out."""

    def facts(action: str, content: str | bytes = b"", **limits: Any) -> Any:
        chunks = list(do(action, content, **limits))
        text = ""
        for chunk in chunks:
            text += chunk.text[len(text) - chunk.start :]
        return json.loads(text)

    return facts
