"""Measure what attaching costs when the project already has the same content.

    python -m benchmarks.reuse [--embedder local] [--files 200]

Files of 8 KB and one of 4 MB are attached to a store, then to a second one, then uploaded again
and attached to a third.
"""

import argparse
import time
from collections.abc import Sequence

from openai import OpenAI

from benchmarks.running import attach, serving, text, upload

LARGE = 4_000_000  # characters


def seconds(client: OpenAI, file_ids: Sequence[str]) -> float:
    store_id = client.vector_stores.create().id
    started = time.perf_counter()
    attach(client, store_id, file_ids)
    return time.perf_counter() - started


def measure(client: OpenAI, name: str, texts: Sequence[str]) -> None:
    ids = upload(client, texts)
    first = seconds(client, ids)
    second = seconds(client, ids)
    third = seconds(client, upload(client, texts))
    print(
        f"{name}: new {first:.2f} s, the same files {second:.2f} s ({first / second:.1f} times "
        f"as fast), the same bytes uploaded again {third:.2f} s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--embedder", choices=["stub", "local"], default="stub")
    parser.add_argument("--files", type=int, default=200)
    options = parser.parse_args()
    with serving(options.embedder) as running:
        seconds(running.client, upload(running.client, ["Workers load what they need."]))
        before = running.texts()
        measure(running.client, f"{options.files} files", [text(n) for n in range(options.files)])
        measure(running.client, "one file of 4 MB", [text(-1, LARGE)])
        if running.stub:
            print(f"{running.texts() - before} texts were embedded in all")


if __name__ == "__main__":
    main()
