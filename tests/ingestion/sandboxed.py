from collections.abc import Generator
from pathlib import Path
from typing import Any

from ingestion.chunking import Chunk
from ingestion.sandbox.host import Sandbox


def sandboxed(
    sandbox: Sandbox,
    path: Path,
    filename: str,
    *,
    max_tokens: int = 800,
    overlap_tokens: int = 400,
    **options: Any,
) -> Generator[Chunk, None, None]:
    """Yield the chunks of one file, read alone."""
    with sandbox.reader([path]) as reader:
        yield from reader.chunks(
            path, filename, max_tokens=max_tokens, overlap_tokens=overlap_tokens, **options
        )
