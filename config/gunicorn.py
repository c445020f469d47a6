"""gunicorn's configuration beyond its command line: `gunicorn --config=python:config.gunicorn`.

Its processes share their metrics in the files of a directory, which must be set before any of
them imports the metrics library. The directory is new at each start, so that nothing is counted
twice; a process that has died stays counted, because counters must not decrease.
"""

import os
import shutil
import tempfile
from typing import Any

_COUNTED = tempfile.mkdtemp(prefix="vectorstores-metrics-")

# A request holds a thread, so no statement of one may take for ever, and none may wait long for
# another's lock, as a migration holds it. Workers have no such limits: publishing takes a while.
_LIMITS = {"STATEMENT_TIMEOUT_SECONDS": "60", "LOCK_TIMEOUT_SECONDS": "5"}

raw_env = [
    f"PROMETHEUS_MULTIPROC_DIR={_COUNTED}",
    *(f"{name}={os.environ.get(name, usual)}" for name, usual in _LIMITS.items()),
]

# gunicorn would believe some headers of a client on this machine. SCRIPT_NAME shifts the path, so
# with it a client could reach an address that a proxy blocks.
forwarder_headers = ""
forwarded_allow_ips = ""


def on_exit(server: Any) -> None:
    shutil.rmtree(_COUNTED)
