"""The limits of the parts, one core each: nothing built from them can be faster."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import httpx
import numpy as np
import psycopg
from pgvector import HalfVector
from pgvector.psycopg import register_vector

from ingestion.chunking import Chunk, chunks
from ingestion.parsing import parse

TABLES = """
CREATE TEMP TABLE raw_chunk (LIKE chunk INCLUDING INDEXES);
CREATE TEMP TABLE raw_embedding (LIKE chunk_embedding INCLUDING INDEXES);
"""


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def parsed(paths: Sequence[Path]) -> list[list[Chunk]]:
    """Return the chunks of each file, made in this process."""
    return [list(chunks(parse(path, path.name))) for path in paths]


def parsing(paths: Sequence[Path]) -> float:
    """Return the seconds in which one core parses these files and does nothing with them."""
    return seconds(lambda: [[section.text for section in parse(p, p.name)] for p in paths])


def chunking(paths: Sequence[Path]) -> float:
    """Return the seconds in which one core cuts their text into windows of tokens."""
    texts = [list(parse(path, path.name)) for path in paths]
    return seconds(lambda: [list(chunks(sections)) for sections in texts])


def embedding(stub: str, texts: Sequence[str], *, batch: int, clients: int) -> float:
    """Return the seconds in which the embedder answers clients that do nothing but ask."""
    batches = [list(texts[i : i + batch]) for i in range(0, len(texts), batch)]
    with httpx.Client(base_url=stub, timeout=60) as client, ThreadPoolExecutor(clients) as pool:

        def ask(some: list[str]) -> int:
            body = {"model": "stub", "input": some, "encoding_format": "base64"}
            return client.post("/v1/embeddings", json=body).raise_for_status().status_code

        return seconds(lambda: list(pool.map(ask, batches)))


def copying(url: str, files: Sequence[list[Chunk]], dimensions: int) -> float:
    """Return the seconds in which Postgres copies these chunks and vectors, in one transaction."""
    vector = HalfVector(np.ones(dimensions, np.float32))
    store = UUID(int=0)
    rows = [(key, chunk) for key, some in enumerate(files) for chunk in some]
    with psycopg.connect(url) as database:
        register_vector(database)
        cursor = database.cursor()  # which knows only the types that were registered before
        cursor.execute(TABLES)

        def copy() -> None:
            columns = "vector_store_id, store_file_id, position, start, tokens, text"
            with cursor.copy(f"COPY raw_chunk ({columns}) FROM STDIN (FORMAT BINARY)") as into:
                into.set_types(["uuid", "int8", "int4", "int4", "int4", "text"])
                for key, c in rows:
                    into.write_row((store, key, c.position, c.start, c.tokens, c.text))
            columns = "vector_store_id, generation, store_file_id, position, embedding"
            with cursor.copy(f"COPY raw_embedding ({columns}) FROM STDIN (FORMAT BINARY)") as into:
                into.set_types(["uuid", "int2", "int8", "int4", "halfvec"])
                for key, c in rows:
                    into.write_row((store, 1, key, c.position, vector))

        return seconds(copy)
