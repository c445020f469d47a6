"""Writes the corpus into a directory, so that it can be tried on other systems.

python -m tests.ingestion.hostile DIR [--slow]
"""

import argparse
from pathlib import Path

from tests.ingestion.hostile import Bait, Text, files

BAIT = Bait(secret=Path("/etc/passwd"), url="http://127.0.0.1:9/")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.ingestion.hostile")
    parser.add_argument("directory", type=Path)
    parser.add_argument(
        "--slow", action="store_true", help="include files that take minutes to read"
    )
    options = parser.parse_args()
    options.directory.mkdir(parents=True, exist_ok=True)
    for file in files(slow=options.slow):
        file.build(options.directory / file.name, BAIT)
        ends = " or ".join(_described(ending) for ending in file.endings)
        print(f"{file.name:40} {ends:28} {file.about}")  # noqa: T201


def _described(ending: object) -> str:
    if isinstance(ending, Text):
        return "text"
    return ending.__name__ if isinstance(ending, type) else type(ending).__name__


if __name__ == "__main__":
    main()
