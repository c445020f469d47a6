"""Build the site of the documentation: python docs/build.py OUTPUT.

It needs no network, and fails for a link or an anchor that leads nowhere.
"""

import shutil
import sys
from pathlib import Path

from sphinx.cmd.build import build_main

DOCS = Path(__file__).parent


def build(output: Path) -> int:
    """Return 0, or what the process should exit with."""
    failed = build_main(
        [
            *("--fail-on-warning", "--keep-going", "--quiet", "--conf-dir", str(DOCS)),
            *("--doctree-dir", str(output / ".doctrees"), str(DOCS.parent), str(output)),
        ]
    )
    if not failed:
        shutil.copy(output / "README.html", output / "index.html")  # the page of a bare address
    return failed


if __name__ == "__main__":
    sys.exit(build(Path(sys.argv[1])))
