"""What gunicorn is told beside its command line: `gunicorn --config=python:config.gunicorn`.

Its processes count together in files of a directory, which has to be known before any of them
imports the library that counts. It is made anew at each start, so nothing of the last is counted
again; a process that died meanwhile stays counted, as sums must not shrink.
"""

import shutil
import tempfile
from typing import Any

_COUNTED = tempfile.mkdtemp(prefix="vectorstores-metrics-")

raw_env = [f"PROMETHEUS_MULTIPROC_DIR={_COUNTED}"]


def on_exit(server: Any) -> None:
    shutil.rmtree(_COUNTED)
