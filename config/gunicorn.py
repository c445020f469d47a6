"""gunicorn's configuration beside its command line: `gunicorn --config=python:config.gunicorn`.

Its processes count together in files of a directory, which must be named before any of them
imports the library that counts. The directory is new at each start, so that nothing is counted
again; a process that died meanwhile stays counted, because sums must not shrink.
"""

import shutil
import tempfile
from typing import Any

_COUNTED = tempfile.mkdtemp(prefix="vectorstores-metrics-")

raw_env = [f"PROMETHEUS_MULTIPROC_DIR={_COUNTED}"]


def on_exit(server: Any) -> None:
    shutil.rmtree(_COUNTED)
