"""The programs that make up the service, as `bin/up` runs them, and when they can be started.

A deployment runs the same programs.
"""

import os
import socket
import sys
import urllib.request
from collections.abc import Mapping, Sequence

import psycopg

from config.embedded.datadir import DataDir
from config.embedded.processes import Program
from config.up.options import ROOT

CORES = len(os.sched_getaffinity(0))


def web(listener: socket.socket, data: DataDir) -> Program:
    """Serve with threads, since a request mostly waits: for a database, a disk or an embedding."""
    return _program(
        "web",
        data,
        *("gunicorn", "config.wsgi", "--config=python:config.gunicorn"),
        *(f"--bind=fd://{listener.fileno()}", "--access-logfile=-"),
        *("--worker-class=config.web.Worker", f"--workers={min(CORES, 4)}", "--threads=8"),
        *("--graceful-timeout=2", "--keep-alive=75", "--no-control-socket", "--preload"),
        descriptors=[listener.fileno()],
        patience=2.5,
    )


def worker(data: DataDir) -> Program:
    """Work in processes, since a model holds the interpreter's lock while it embeds.

    It releases its files almost at once when it is stopped, because a person waits for that.
    """
    return _program(
        "worker",
        data,
        *("celery", "--app=config", "worker"),
        "--queues=ingest,ingest_bulk,reembed,index,maintenance",
        # Two at least: one may wait for Postgres to build an index, which takes minutes or more.
        *(f"--concurrency={max(CORES, 2)}", "--without-gossip", "--without-mingle"),
        "--loglevel=INFO",
        env={"INGEST_DRAIN_SECONDS": "1", **os.environ},
        patience=3.0,
    )


def beat(data: DataDir) -> Program:
    schedule = data.path / "celerybeat-schedule"
    return _program(
        "beat", data, "celery", "--app=config", "beat", f"--schedule={schedule}", patience=1.0
    )


def is_migrated(url: str) -> bool:
    """Return whether all our migrations are applied, without loading Django.

    Those of packages come after ours or do not matter. False also if the database does not
    answer, because migrating will say why.
    """
    files = ROOT.glob("*/migrations/0*.py")
    ours = {(path.parent.parent.name, path.stem) for path in files}
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            applied = connection.execute("SELECT app, name FROM django_migrations").fetchall()
    except psycopg.Error:
        return False
    return ours <= set(applied)


def is_ready(url: str) -> bool:
    """Return whether the service at `url` says it is ready."""
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=1):  # noqa: S310, our own http address
            return True
    except OSError:
        return False


def _program(
    name: str,
    data: DataDir,
    module: str,
    *arguments: str,
    env: Mapping[str, str] | None = None,
    descriptors: Sequence[int] = (),
    patience: float,
) -> Program:
    return Program(
        name=name,
        command=[sys.executable, "-m", module, *arguments],
        log=data.log(name),
        cwd=ROOT,
        env=env,
        descriptors=descriptors,
        patience=patience,
    )
