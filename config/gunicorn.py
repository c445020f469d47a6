"""gunicorn's configuration beyond its command line: `gunicorn --config=python:config.gunicorn`.

Its processes share their metrics in the files of a directory, which must be set before any of
them imports the metrics library. The directory is new at each start, so that nothing is counted
twice; a process that has died stays counted, because counters must not decrease.
"""

import shutil
import tempfile
from typing import Any

_COUNTED = tempfile.mkdtemp(prefix="vectorstores-metrics-")

raw_env = [f"PROMETHEUS_MULTIPROC_DIR={_COUNTED}"]


def on_exit(server: Any) -> None:
    shutil.rmtree(_COUNTED)
