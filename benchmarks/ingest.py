"""Ingest speed, end to end: files through the API until every one of them can be searched.

    python -m benchmarks.ingest                    # with a stub embedder: what the service costs
    python -m benchmarks.ingest --rate 300         # a stub that embeds 300 texts a second
    python -m benchmarks.ingest --embedder local   # the default model, on this machine's CPU
    python -m benchmarks.ingest --files-in DIR     # real files, PDFs for example

Starts its own service on fresh data, and stops it at the end. Also measures the limits in the same
run: how long parser, tokenizer, embedder and COPY take when each runs alone.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from openai import OpenAI

from benchmarks import limits
from benchmarks.chaos.faults import environment
from benchmarks.fairness import seconds
from benchmarks.running import Running, attach, serving, text, upload_files

DIMENSIONS, BATCH = 768, 32
LARGE = 8_000_000  # characters
OGX = 2.24  # files a second, OGX 1.5.0 with such an embedder on such a machine


def main() -> None:
    options = arguments()
    with (
        serving(options.embedder, dimensions=DIMENSIONS, rate=options.rate) as running,
        tempfile.TemporaryDirectory() as directory,
    ):
        paths = files(options, Path(directory))
        warm(running.client, Path(directory))
        small = measured(running.client, paths)
        report(paths, small)
        if running.stub:
            against_limits(running, paths, small, options.rate)
        if not options.files_in:
            one_by_one(running.client, paths[:21])
        if options.rate and running.stub:
            large_file(running, Path(directory), options.rate)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--embedder", choices=["stub", "local"], default="stub")
    parser.add_argument(
        "--rate", type=float, help="texts a second that the stub embeds; default: unlimited"
    )
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument(
        "--files-in", type=Path, help="ingest these files instead of generated ones"
    )
    return parser.parse_args()


def files(options: argparse.Namespace, directory: Path) -> list[Path]:
    if options.files_in:
        return sorted(path for path in options.files_in.iterdir() if path.is_file())
    for number in range(options.files):
        Path(directory, f"{number}.txt").write_text(text(number))
    return sorted(directory.iterdir())


def warm(client: OpenAI, directory: Path) -> None:
    """Ingest one file, so that the workers have loaded what they need."""
    for number in range(-4, 0):
        path = Path(directory, f"warm{number}.txt")
        path.write_text(text(number))
        attach(client, client.vector_stores.create().id, upload_files(client, [path]))
        path.unlink()


def measured(client: OpenAI, paths: Sequence[Path]) -> tuple[float, float]:
    """Return the seconds of uploading, and those from attaching to the first search."""
    started = time.perf_counter()
    ids = upload_files(client, paths)
    uploaded = time.perf_counter()
    store_id = client.vector_stores.create().id
    attach(client, store_id, ids)
    assert client.vector_stores.search(store_id, query="report", max_num_results=1).data
    return uploaded - started, time.perf_counter() - uploaded


def report(paths: Sequence[Path], spent: tuple[float, float]) -> None:
    size = sum(path.stat().st_size for path in paths)
    print(f"{len(paths)} files, {size / 1e6:.1f} MB, {CORES} cores")
    for name, took in zip(("upload", "attach to searchable"), spent, strict=True):
        print(f"{name:22} {len(paths) / took:7.1f} files/s  {size / 1e6 / took:6.2f} MB/s")
    both = len(paths) / sum(spent)
    print(f"{'both':22} {both:7.1f} files/s, {both / OGX:.0f} times OGX's {OGX}")


def against_limits(
    running: Running,
    paths: Sequence[Path],
    spent: tuple[float, float],
    rate: float | None,
) -> None:
    made = limits.parsed(paths)
    texts = [chunk.text for chunks in made for chunk in chunks]
    url = environment(running.service)["DATABASE_URL"]
    alone = {
        "parser": limits.parsing(paths),
        "tokenizer": limits.chunking(paths),
        "COPY": limits.copying(url, made, DIMENSIONS),
    }
    assert running.stub
    embedder = limits.embedding(running.stub, texts, batch=BATCH, clients=4)
    took = spent[1]
    print(
        f"{len(texts)} chunks. Running alone, as a share of the time from attaching to searchable:"
    )
    for name, on_one_core in alone.items():
        print(f"  {name:10} {100 * on_one_core / CORES / took:5.1f} %  (on {CORES} cores)")
    print(
        f"  {'embedder':10} {100 * embedder / took:5.1f} %  ({len(texts) / embedder:.0f} texts/s)"
    )
    if rate:
        print(f"throughput: {100 * len(texts) / took / rate:.0f} % of {rate:g} texts/s")


def one_by_one(client: OpenAI, paths: Sequence[Path]) -> None:
    store_id = client.vector_stores.create().id
    for path in paths:  # content that is not yet known
        path.write_text("Anew. " + path.read_text())
    times = [seconds(client, store_id, file_id) for file_id in upload_files(client, paths)]
    print(f"one file, attach to completed, median: {1000 * statistics.median(times):.0f} ms")


def large_file(running: Running, directory: Path, rate: float) -> None:
    path = Path(directory, "large.txt")
    path.write_text(text(-99, LARGE))
    before = running.texts()
    _, took = measured(running.client, [path])
    texts = running.texts() - before
    share = 100 * texts / took / rate
    print(
        f"one file of {LARGE / 1e6:.0f} MB, {texts} chunks: {took:.1f} s, {share:.0f} % of the rate"
    )


CORES = len(os.sched_getaffinity(0))

if __name__ == "__main__":
    main()
