"""Measure the quality of search results for questions whose answers are known.

    python -m benchmarks.quality                      # about an hour, most of it embedding, once
    python -m benchmarks.quality --embed              # only that; may be stopped, and goes on later
    python -m benchmarks.quality --packages-in DIR    # .deb files from elsewhere than apt's sources

Searches documentation from packages of Debian 12 as a request would, on a Postgres of its own. The
embedding model is that of the settings (EMBEDDING_*), the local one unless told otherwise. With
RERANK_URL, there are rows for the results as that service ranks them. docs/quality.md explains
the tables.
"""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from benchmarks.in_process import database
from benchmarks.quality.packages import ENGLISH, OTHER_LANGUAGES, unpacked


def main() -> None:
    options = arguments()
    os.environ.setdefault("EMBEDDING_MODEL_DIR", str(options.cache.absolute() / "model"))
    root = unpacked([*ENGLISH, *OTHER_LANGUAGES], options.cache, given=options.packages_in)
    with database():
        from benchmarks.quality import report  # which needs the settings

        report.print_all(root, options.cache, chunkings=options.chunkings, embed=options.embed)


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cache", type=Path, default=Path(".quality"), help="packages and vectors")
    parser.add_argument("--packages-in", type=Path, help="a directory of .deb files")
    parser.add_argument("--chunkings", nargs="+", default=["800/400", "400/200", "200/100"])
    parser.add_argument("--embed", action="store_true", help="only make the vectors")
    return parser.parse_args(given)


if __name__ == "__main__":
    main()
