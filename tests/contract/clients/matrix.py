"""Every client tries everything it offers, two clients at a time."""

import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Literal, TypedDict

from tests.contract.clients.roster import CLIENTS, Client
from tests.live import ROOT, Service

MODEL = "hashing"
# The limit on attaching files to a store is soon reached, and soon over: after 3 seconds.
STRICT: dict[str, Any] = {"EMBEDDING_BACKEND": MODEL, "ATTACH_REQUESTS_PER_MINUTE": "20"}


class Outcome(TypedDict):
    outcome: Literal["pass", "fail"]
    detail: str


Matrix = dict[str, dict[str, Outcome]]
"""By the client's heading and the name of the row, which is not there if the client lacks it."""


def tried(live: Service) -> Matrix:
    with ThreadPoolExecutor(max_workers=2) as pool:
        outcomes = pool.map(partial(_tried_by, live), CLIENTS)
        return dict(zip((client.heading for client in CLIENTS), outcomes, strict=True))


def _tried_by(live: Service, client: Client) -> dict[str, Outcome]:
    """Run a client's script without our environment, in which it might find a key or a proxy."""
    root = live.url.removesuffix("/v1")
    done = subprocess.run(
        [*client.command(), root, live.api_key, MODEL, *filter(None, [client.flavour])],
        env={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=180,
    )
    if done.returncode:
        raise RuntimeError(f"{client.heading} ended early:\n{done.stdout}{done.stderr}")
    outcomes: dict[str, Outcome] = json.loads(done.stdout.splitlines()[-1])
    return outcomes
