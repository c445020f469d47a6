"""Real files from elsewhere, through the whole service: the failures and their reasons.

    python -m benchmarks.wide DIR [--kinds pdf,html,md,rst,docx,epub]

Ingests every file below DIR with one of these endings, unpacking those compressed with gzip.
Prints a table of the outcomes by ending and by reason, ready for docs/formats.md. Written for the
documentation packages of Debian, unpacked with `dpkg -x`.
"""

import argparse
import gzip
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from openai import OpenAI

from benchmarks.running import serving
from tests.live import wait_until

KINDS = "pdf,htm,html,xhtml,md,rst,docx,odt,epub,doc,ppt,pptx,xls,xlsx,ods,rtf,tex,csv,ipynb,xml"
AT_ONCE = 500  # files in a batch


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("directory", type=Path)
    parser.add_argument("--kinds", default=KINDS)
    parser.add_argument(
        "--most", type=int, default=10_000, help="files of each kind at most, sampled evenly"
    )
    options = parser.parse_args()
    paths = list(chosen(options.directory, options.kinds.split(","), options.most))
    with serving("stub", dimensions=64) as running:
        outcomes = [
            outcome
            for start in range(0, len(paths), AT_ONCE)
            for outcome in ingested(running.client, paths[start : start + AT_ONCE])
        ]
    table(paths, outcomes, options.directory)


def chosen(directory: Path, kinds: Sequence[str], most: int) -> Iterator[Path]:
    for kind in kinds:
        named = sorted({*directory.rglob(f"*.{kind}"), *directory.rglob(f"*.{kind}.gz")})
        files = [path for path in named if path.is_file() and not path.is_symlink()]
        step = max(1, len(files) // most)
        yield from files[::step][:most]


def ending(path: Path) -> str:
    return Path(path.name.removesuffix(".gz")).suffix.lower()


def ingested(client: OpenAI, paths: Sequence[Path]) -> list[str]:
    """Return the outcome of each path: `completed`, or the reason why not."""
    ids: dict[int, str] = {}
    refused: dict[int, str] = {}
    for number, path in enumerate(paths):
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        if not data:
            refused[number] = "an empty file is refused at upload"
            continue
        name = path.name.removesuffix(".gz")
        ids[number] = client.files.create(file=(name, data), purpose="assistants").id
    store = client.vector_stores.create()
    batch = client.vector_stores.file_batches.create(store.id, file_ids=list(ids.values()))
    batches = client.vector_stores.file_batches

    def done() -> bool:
        counts = batches.retrieve(batch.id, vector_store_id=store.id).file_counts
        return counts.in_progress == 0

    wait_until(done, seconds=7200)
    files = {
        file.id: file for file in batches.list_files(batch.id, vector_store_id=store.id, limit=100)
    }
    client.vector_stores.delete(store.id)
    for number, file_id in ids.items():
        error = files[file_id].last_error
        refused[number] = f"{error.code}: {error.message}" if error else files[file_id].status
    return [refused[number] for number in range(len(paths))]


def table(paths: Sequence[Path], outcomes: Sequence[str], directory: Path) -> None:
    total = Counter(map(ending, paths))
    done = Counter(ending(p) for p, o in zip(paths, outcomes, strict=True) if o == "completed")
    print("| ending | files | completed |\n|---|---|---|")
    for kind, count in sorted(total.items()):
        print(f"| `{kind}` | {count} | {done[kind]} |")
    print("\n| failed | reason |\n|---|---|")
    for path, outcome in zip(paths, outcomes, strict=True):
        if outcome != "completed":
            print(f"| {path.relative_to(directory)} | {outcome} |")


if __name__ == "__main__":
    main()
